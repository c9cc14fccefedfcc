/**
 * The only place that talks to the service. Types come from the contract, so a wrong path, parameter or body does
 * not compile. It stays smaller than openapi-fetch (0.17: 3.1 KiB) although it also does what that leaves to
 * middleware: realm header, idempotency keys, If-Match, multipart bodies, problems, and the return after sign-in.
 */
import { texts } from '../texts'
import type { paths } from './contract'
import type { Intent } from './intent'
import { ApiProblem, readProblem } from './problem'

export type Realm = 'doctor' | 'institution' | 'authority'
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never
}[keyof paths]
type Operation<M extends Method, P extends keyof paths> = paths[P] extends { [K in M]: infer O } ? O : never

type Files<T> = { [K in keyof T]: Part<T[K]> }
type Part<V> = V extends string ? V | Blob : V extends readonly string[] ? readonly Blob[] : V
type JsonBody<O> = O extends { requestBody: { content: { 'application/json': infer B } } }
  ? { body: B }
  : O extends { requestBody: { content: { 'multipart/form-data': infer F } } }
    ? { form: Files<F> }
    : O extends { requestBody?: { content: { 'application/json': infer B } } }
      ? { body?: B }
      : object
type PathValues<O> = O extends { parameters: { path: infer V extends object } } ? { path: V } : object
type QueryValues<O> = O extends { parameters: { query?: infer V } } ? { query?: Exclude<V, undefined> } : object
type Success<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 ? Content<R[S]> : S extends 204 ? void : never }[keyof R]
  : never
type Content<R> = R extends { content: { 'application/json': infer B } } ? B : R extends { content: object } ? Blob : void

interface Conditions {
  /** Version that was seen: sent as `If-Match`. */
  version?: number
  /** What the person means to do: keeps the idempotency key over retries. */
  intent?: Intent
  signal?: AbortSignal
}
type Request<O> = PathValues<O> & QueryValues<O> & JsonBody<O> & Conditions

interface Loose extends Conditions {
  path?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  form?: Record<string, string | Blob | readonly Blob[] | null | undefined>
}

interface Connection {
  realm: Realm
  /** Lets the person sign in again; true when the request may be repeated. */
  signInAgain: () => Promise<boolean>
  /** Lets the person prove once more who they are; true when the request may be repeated. */
  proveAgain: (refusal: ApiProblem) => Promise<boolean>
}

const connection: Connection = { realm: 'doctor', signInAgain: async () => false, proveAgain: async () => false }

/** Says which portal calls, and what to do when its session has ended. */
export function connect(realm: Realm, signInAgain: () => Promise<boolean>): void {
  Object.assign(connection, { realm, signInAgain })
}

/** Says what to do when an operation wants a fresh proof of who is there (403 `step_up_required`). */
export function onStepUp(proveAgain: (refusal: ApiProblem) => Promise<boolean>): void {
  connection.proveAgain = proveAgain
}

/**
 * Calls one operation; gives its answer. Throws ApiProblem for every refusal and when there is no answer, and
 * DOMException "AbortError" when `signal` fires.
 */
export async function call<M extends Method, P extends PathWith<M>>(
  method: M,
  path: P,
  request: Request<Operation<M, P>>,
): Promise<Success<Operation<M, P>>> {
  const options = request as Loose
  const url = address(path, options)
  let response = await send(method, url, options)
  let problem = response.ok ? null : await readProblem(response, texts.problems.unknown)
  // Each obstacle is taken once: a second refusal of the same kind is the answer.
  for (const [code, remove] of [
    ['unauthenticated', connection.signInAgain],
    ['step_up_required', connection.proveAgain],
  ] as const) {
    if (problem?.code !== code) continue
    if (!(await remove(problem))) throw problem
    response = await send(method, url, options)
    problem = response.ok ? null : await readProblem(response, texts.problems.unknown)
  }
  if (problem) {
    if (!problem.isPassing) options.intent?.settle()
    throw problem
  }
  options.intent?.settle()
  return (await read(response)) as Success<Operation<M, P>>
}

async function send(method: Method, url: string, options: Loose): Promise<Response> {
  const headers: Record<string, string> = { 'X-Registry-Realm': connection.realm, 'Accept-Language': 'zh-CN' }
  let body: BodyInit | undefined
  if (options.form) {
    const form = new FormData()
    for (const [name, value] of Object.entries(options.form)) {
      for (const part of Array.isArray(value) ? value : [value]) if (part) form.append(name, part)
    }
    body = form
  } else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(options.body)
  }
  if (options.version !== undefined) headers['If-Match'] = `"v${options.version}"`
  if (options.intent) {
    const meaning = `${method} ${url} ${options.version ?? ''} ${typeof body === 'string' ? body : ''}`
    headers['Idempotency-Key'] = options.intent.keyFor(meaning)
  }
  try {
    const credentials = 'same-origin'
    return await fetch(url, { method: method.toUpperCase(), headers, body, credentials, signal: options.signal })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    const { title, detail } = texts.problems.offline
    throw new ApiProblem(0, 'offline', title, detail, null)
  }
}

function address(path: string, { path: values = {}, query = {} }: Loose): string {
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.append(name, String(value))
  }
  return search.size > 0 ? `${place}?${search}` : place
}

function read(response: Response): Promise<unknown> {
  const kind = response.headers.get('content-type')
  // 204, and 202 where there is nothing to tell.
  if (!kind) return Promise.resolve(undefined)
  // A key set is a file too, though it is written in JSON.
  return kind.startsWith('application/json') ? response.json() : response.blob()
}
