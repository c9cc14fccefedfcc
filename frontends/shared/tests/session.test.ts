import { beforeEach, describe, expect, it, vi } from 'vitest'
import { call, connect } from '../src/api/client'
import { safePlace } from '../src/portal/places'
import { ACCOUNT } from './examples'
import { json, serve } from './server'

const IN = { account: ACCOUNT, next_step: null }
const ended = () => json(401, { title: '请登录', detail: '', status: 401, code: 'unauthenticated' })
const options = () => json(200, { items: [] })

/** A fresh page of a device on which somebody signed in: the session is a module's state. */
async function open(signedInBefore = true) {
  vi.resetModules()
  localStorage.clear()
  if (signedInBefore) localStorage.setItem(`registry.signed-in ${import.meta.env.BASE_URL}`, 'yes')
  return import('../src/portal/session')
}

describe('a place to return to', () => {
  it('is a page of this portal', () => {
    expect(safePlace('/applications/1?step=form')).toBe('/applications/1?step=form')
  })

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', undefined, ['/a']])(
    'is the home page instead of %s',
    (place) => expect(safePlace(place)).toBe('/'),
  )
})

describe('a session', () => {
  beforeEach(() => connect('doctor', async () => false))

  it('is nobody on a device where nobody signed in, and the service is not asked', async () => {
    const { restoreSession, session } = await open(false)
    await restoreSession()
    expect(session.phase).toBe('out')
    expect(localStorage.length).toBe(0)
  })

  it('is nobody when the service knows nobody', async () => {
    serve(ended())
    const { restoreSession, session } = await open()
    await restoreSession()
    expect(session.phase).toBe('out')
  })

  it('that ended in the middle of work waits for signing in, and the work goes on', async () => {
    const { restoreSession, session, signIn, signInAgain } = await open()
    serve(json(200, IN), ended(), json(201, IN), options())
    await restoreSession()
    connect('doctor', signInAgain)
    const work = call('get', '/api/v1/doctor/application-options', {})
    await vi.waitFor(() => expect(session.phase).toBe('ended'))
    await signIn('doctor', 'lihua', 'secret')
    await expect(work).resolves.toEqual({ items: [] })
    expect(session.phase).toBe('in')
  })

  it("does not go on with one person's work as another", async () => {
    const { restoreSession, session, signIn, signInAgain } = await open()
    serve(json(200, IN), ended(), json(201, { ...IN, account: { ...ACCOUNT, id: 'somebody-else' } }))
    await restoreSession()
    connect('doctor', signInAgain)
    const work = call('get', '/api/v1/doctor/application-options', {}).catch((error: unknown) => error)
    await vi.waitFor(() => expect(session.phase).toBe('ended'))
    await signIn('doctor', 'other', 'secret')
    expect(await work).toMatchObject({ status: 401 })
  })
})
