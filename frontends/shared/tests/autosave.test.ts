import { effectScope, reactive, type EffectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { connect } from '../src/api/client'
import type { Payload } from '../src/api/types'
import { useAutosave } from '../src/applications/useAutosave'
import { application } from './examples'
import { json, serve } from './server'

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
const saved = (form: Record<string, string>) => json(200, application({ status: 'draft', payload: { form } }))
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
