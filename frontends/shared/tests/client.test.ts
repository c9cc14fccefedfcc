import { beforeEach, describe, expect, it, vi } from 'vitest'
import { call, connect } from '../src/api/client'
import { Intent } from '../src/api/intent'
import { ApiProblem } from '../src/api/problem'
import { application } from './examples'
import { json, serve } from './server'

const PATH = '/api/v1/doctor/applications/{application_id}/submission'
const submit = (intent: Intent, version = 3) => call('post', PATH, { path: { application_id: 'app-1' }, version, intent })
const refused = (status: number, code: string, extra = {}) =>
  json(status, { type: `/problems/${code}`, title: '标题', detail: '说明', status, code, request_id: 'r-1', ...extra })

beforeEach(() => connect('doctor', async () => false))

describe('a request', () => {
  it('names its realm even when it only reads, and leaves empty filters out', async () => {
    const asked = serve(json(200, { items: [], next_cursor: null, total: null }))
    await call('get', '/api/v1/institutions', { query: { q: '和安', limit: 20, cursor: undefined } })
    expect(asked[0]!.url).toBe(`/api/v1/institutions?q=${encodeURIComponent('和安')}&limit=20`)
    expect(asked[0]!.headers['X-Registry-Realm']).toBe('doctor')
  })

  it('says which version was seen', async () => {
    const asked = serve(json(200, application()))
    await submit(new Intent(), 7)
    expect(asked[0]!.url).toBe('/api/v1/doctor/applications/app-1/submission')
    expect(asked[0]!.headers['If-Match']).toBe('"v7"')
  })

  it('sends a file as a form, whose boundary the browser writes', async () => {
    const asked = serve(json(201, { id: 'p1' }))
    await call('post', '/api/v1/doctor/applications/{application_id}/attachments', {
      path: { application_id: 'app-1' },
      form: { kind: 'photo', name: '', file: new File(['x'], 'me.jpg') },
    })
    expect((asked[0]!.body as FormData).get('kind')).toBe('photo')
    expect((asked[0]!.body as FormData).get('file')).toBeInstanceOf(File)
    expect(asked[0]!.headers).not.toHaveProperty('Content-Type')
  })
})

describe('an answer', () => {
  it('may have nothing in it, whatever its status', async () => {
    serve(new Response(null, { status: 202 }), new Response(null, { status: 204 }))
    const proof = { email: 'a@example.cn', email_confirmation: 'a@example.cn', human_proof: { proof_of_work: 'x' } }
    await expect(call('post', '/api/v1/me/email/verifications', { body: proof })).resolves.toBeUndefined()
    await expect(call('delete', '/api/v1/sessions/current', {})).resolves.toBeUndefined()
  })
})

describe('the idempotency key', () => {
  it('stays while no final answer came, and changes after one', async () => {
    const asked = serve(new TypeError('network'), refused(503, 'busy'), json(200, application()), json(200, application()))
    const intent = new Intent()
    await expect(submit(intent)).rejects.toMatchObject({ code: 'offline', status: 0 })
    await expect(submit(intent)).rejects.toMatchObject({ status: 503 })
    await submit(intent)
    await submit(intent)
    const keys = asked.map((one) => one.headers['Idempotency-Key'])
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).toBe(keys[0])
    expect(keys[3]).not.toBe(keys[0])
  })

  it('is another for another version, and after a refusal', async () => {
    const asked = serve(new TypeError('network'), refused(412, 'stale'), json(200, application()))
    const intent = new Intent()
    await submit(intent, 3).catch(() => undefined)
    await submit(intent, 4).catch(() => undefined)
    await submit(intent, 4)
    expect(new Set(asked.map((one) => one.headers['Idempotency-Key'])).size).toBe(3)
  })
})

describe('a refusal', () => {
  it('is the problem of the service, with its field errors by pointer', async () => {
    const errors = [{ pointer: '/payload/form/health', code: 'missing', message: '请填写健康状况。' }]
    serve(refused(422, 'incomplete', { errors }))
    const problem = await submit(new Intent()).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(ApiProblem)
    expect(problem).toMatchObject({ title: '标题', detail: '说明', requestId: 'r-1' })
    expect((problem as ApiProblem).errors).toEqual({ '/payload/form/health': '请填写健康状况。' })
  })

  it("is put into our words when a proxy's page came instead", async () => {
    serve(new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'x-request-id': 'r-9' } }))
    const problem = (await submit(new Intent()).catch((error: unknown) => error)) as ApiProblem
    expect(problem.title).toBe('系统暂时不可用')
    expect(problem.requestId).toBe('r-9')
  })
})

describe('a session that has ended', () => {
  it('lets the person sign in, then repeats the same request with the same key', async () => {
    const signInAgain = vi.fn(async () => true)
    connect('doctor', signInAgain)
    const asked = serve(refused(401, 'unauthenticated'), json(200, application({ version: 4 })))
    const after = await submit(new Intent())
    expect(signInAgain).toHaveBeenCalledOnce()
    expect(after.version).toBe(4)
    expect(asked[1]!.headers['Idempotency-Key']).toBe(asked[0]!.headers['Idempotency-Key'])
  })

  it('is a refusal when the person gives up', async () => {
    const asked = serve(refused(401, 'unauthenticated'))
    await expect(submit(new Intent())).rejects.toMatchObject({ status: 401 })
    expect(asked).toHaveLength(1)
  })
})
