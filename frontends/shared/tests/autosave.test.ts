import { effectScope, reactive, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../src/api/client'
import type { Payload } from '../src/api/types'
import { useAutosave } from '../src/applications/useAutosave'
import { application } from './examples'
import { json, serve, type Asked } from './server'

type Form = { form: Record<string, string> }
let scope: EffectScope

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-23T06:03:00Z') })
  connect('doctor', async () => false)
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

function edit() {
  const first = application({ status: 'draft', payload: { form: { postcode: '250001', health: '' } } })
  const payload = reactive(structuredClone(first.payload)) as Payload & Form
  scope = effectScope()
  return { payload, ...scope.run(() => useAutosave(first, payload))! }
}
const saved = (form: Record<string, string>, version = 4) =>
  json(200, application({ status: 'draft', version, payload: { form } }))
const stale = (version: number) =>
  json(412, { title: '已有更新', detail: '', status: 412, code: 'stale_version', current_version: version })
const sent = (asked: Asked[]) => asked.map(({ method, headers }) => `${method} ${headers['If-Match'] ?? ''}`.trim())
const pause = () => vi.advanceTimersByTimeAsync(1000)

it('saves once after the person pauses, says when, and names the version that was seen', async () => {
  const asked = serve(saved({ postcode: '250002', health: '良好' }))
  const { payload, state } = edit()
  payload.form.health = '良'
  payload.form.health = '良好'
  payload.form.postcode = '250002'
  await pause()
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({ method: 'PATCH', body: { payload: { form: { postcode: '250002', health: '良好' } } } })
  expect(asked[0]!.headers['If-Match']).toBe('"v3"')
  expect(state.value).toMatchObject({ phase: 'saved', time: '14:03' })
})

it('does not let one wrong field keep the others from being saved', async () => {
  const errors = [{ pointer: '/payload/form/postcode', code: 'pattern', message: '格式不对。' }]
  const refusal = json(422, { title: '有误', detail: '', status: 422, code: 'invalid_body', errors })
  const asked = serve(refusal, saved({ postcode: '250001', health: '良好' }))
  const { payload, state, flush } = edit()
  payload.form.postcode = '25'
  payload.form.health = '良好'
  await pause()
  expect(asked[1]!.body).toEqual({ payload: { form: { postcode: '250001', health: '良好' } } })
  expect(state.value).toMatchObject({ phase: 'saved', refused: { '/payload/form/postcode': '格式不对。' } })
  expect(payload.form.postcode).toBe('25')
  expect(await flush()).toBe(false)
})

it('keeps what could not be saved, and saves it when the network is back', async () => {
  const asked = serve(new TypeError('network'), saved({ postcode: '250001', health: '良好' }))
  const { payload, state, isDirty } = edit()
  payload.form.health = '良好'
  await pause()
  expect(state.value.phase).toBe('failed')
  expect(isDirty()).toBe(true)
  window.dispatchEvent(new Event('online'))
  await pause()
  expect(asked).toHaveLength(2)
  expect(state.value.phase).toBe('saved')
  expect(isDirty()).toBe(false)
})

it('asks before the page is left only when something would be lost', async () => {
  serve(saved({ postcode: '250001', health: '良好' }))
  const { payload } = edit()
  const leave = () => {
    const event = new Event('beforeunload', { cancelable: true })
    window.dispatchEvent(event)
    return event.defaultPrevented
  }
  expect(leave()).toBe(false)
  payload.form.health = '良好'
  expect(leave()).toBe(true)
  await pause()
  expect(leave()).toBe(false)
})

it('saves one after the other, each on the version that the one before made', async () => {
  const asked = serve(saved({ postcode: '250001', health: '良' }, 4), saved({ postcode: '250002', health: '良' }, 5))
  const { payload, flush } = edit()
  payload.form.health = '良'
  const first = flush()
  payload.form.postcode = '250002'
  const second = flush()
  expect(asked).toHaveLength(1)
  expect(await Promise.all([first, second])).toEqual([true, true])
  expect(sent(asked)).toEqual(['PATCH "v3"', 'PATCH "v4"'])
})

it('goes on without a question when only the answer to its own save was lost', async () => {
  const lost = new TypeError('network')
  const stored = { postcode: '250001', health: '良好', school: '' }
  const asked = serve(lost, lost, stale(4), saved(stored, 4), saved({ postcode: '250009', health: '良好' }, 5))
  const { payload, state, flush, other, application } = edit()
  payload.form.health = ' 良好'
  expect(await flush()).toBe(false)
  payload.form.postcode = '25'
  expect(await flush()).toBe(false)
  payload.form.postcode = '250009'
  expect(await flush()).toBe(true)
  expect(other.value).toBeNull()
  expect(sent(asked)).toEqual(['PATCH "v3"', 'PATCH "v3"', 'PATCH "v3"', 'GET', 'PATCH "v4"'])
  expect(asked[4]!.body).toEqual({ payload: { form: { postcode: '250009', health: ' 良好' } } })
  expect(application.value.version).toBe(5)
  expect(state.value.phase).toBe('saved')
})

it('goes on when the version rose and nothing else did', async () => {
  const asked = serve(stale(6), saved({ postcode: '250001', health: '' }, 6), saved({ postcode: '250002', health: '' }, 7))
  const { payload, other, flush } = edit()
  payload.form.postcode = '250002'
  expect(await flush()).toBe(true)
  expect(other.value).toBeNull()
  expect(sent(asked)).toEqual(['PATCH "v3"', 'GET', 'PATCH "v6"'])
})

describe('when another window has saved something else', () => {
  async function conflict(...answers: Response[]) {
    const asked = serve(stale(4), saved({ postcode: '250009', health: '' }, 4), ...answers)
    const edited = edit()
    edited.payload.form.health = '良好'
    await pause()
    expect(edited.other.value?.payload).toEqual({ form: { postcode: '250009', health: '' } })
    return { asked, ...edited }
  }

  it('saves nothing until the person has chosen, and keeps what was typed', async () => {
    const { asked, payload, state, flush, isDirty } = await conflict()
    payload.form.health = '良好。'
    await pause()
    expect(await flush()).toBe(false)
    expect(sent(asked)).toEqual(['PATCH "v3"', 'GET'])
    expect(payload.form).toEqual({ postcode: '250001', health: '良好。' })
    expect(state.value).toMatchObject({ phase: 'failed', problem: { status: 412 } })
    expect(isDirty()).toBe(true)
  })

  it('takes the other one when told to', async () => {
    const { asked, payload, state, other, application, takeOther, isDirty } = await conflict()
    takeOther()
    await pause()
    expect(payload).toEqual({ form: { postcode: '250009', health: '' } })
    expect([other.value, application.value.version, state.value.phase, isDirty()]).toEqual([null, 4, 'clean', false])
    expect(asked).toHaveLength(2)
  })

  it('saves its own over the other when told to', async () => {
    const { asked, payload, keepMine, other } = await conflict(saved({ postcode: '250001', health: '良好' }, 5))
    expect(await keepMine()).toBe(true)
    expect(sent(asked).at(-1)).toBe('PATCH "v4"')
    expect(asked.at(-1)!.body).toEqual({ payload: { form: { postcode: '250001', health: '良好' } } })
    expect(payload.form.health).toBe('良好')
    expect(other.value).toBeNull()
  })

  it('asks again when the other window goes on meanwhile', async () => {
    const { other, keepMine } = await conflict(stale(5), saved({ postcode: '250010', health: '' }, 5))
    expect(await keepMine()).toBe(false)
    expect(other.value?.version).toBe(5)
  })

  it('asks again at the next save when the question was put off', async () => {
    const { other, decideLater, flush } = await conflict(stale(4), saved({ postcode: '250009', health: '' }, 4))
    decideLater()
    expect(other.value).toBeNull()
    expect(await flush()).toBe(false)
    expect(other.value?.version).toBe(4)
  })
})
