import type { components } from './contract'

type Schemas = components['schemas']
export type Problem = Schemas['Problem']

/** A refusal of the service (RFC 9457), or a request that never got an answer (`code` "offline", status 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null,
    /** What is wrong with single fields: JSON pointer to message. */
    readonly errors: Readonly<Record<string, string>> = {},
    readonly body: Partial<Problem> & Record<string, unknown> = {},
    /** Seconds after which it is worth trying again (`Retry-After`). */
    readonly retryAfter = 0,
  ) {
    super(detail || title || code)
  }

  /** Whether the application was changed by somebody else meanwhile: wrong turn or stale version. */
  get isOutdated(): boolean {
    return this.status === 412 || (this.status === 409 && this.code === 'wrong_state')
  }

  /** Whether the same request may succeed later, so that its idempotency key has to be kept. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === 'idempotency_in_flight'
  }
}

/** Reads an answer that is not a success; one that is no problem document (a proxy's page) is put into our words. */
export async function readProblem(response: Response, fallback: { title: string; detail: string }): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id')
  const isProblem = /[/+]json/.test(response.headers.get('content-type') ?? '')
  const body: Partial<Problem> & Record<string, unknown> = isProblem ? await response.json().catch(() => ({})) : {}
  return new ApiProblem(
    response.status,
    body.code ?? 'unknown',
    body.title ?? fallback.title,
    body.detail ?? fallback.detail,
    body.request_id ?? requestId,
    Object.fromEntries((body.errors ?? []).map((error) => [error.pointer, error.message])),
    body,
    Number(response.headers.get('retry-after')) || 0,
  )
}
