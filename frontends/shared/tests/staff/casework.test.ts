import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/api/client'
import { Intent } from '../../src/api/intent'
import { welcome } from '../../src/portal/session'
import CaseAssignment from '../../src/staff/CaseAssignment.vue'
import CaseNotes from '../../src/staff/CaseNotes.vue'
import { officeKey } from '../../src/staff/office'
import { officeOf } from '../../src/staff/offices'
import { takesPins } from '../../src/staff/pins'
import { ACCOUNT, application } from '../examples'
import { json, serve } from '../server'

const desk = { ...application().desk, holder: 'authority' as const }
const provide = { [officeKey as symbol]: officeOf('authority') }
const other = { account_id: 'b2', name: '邵桂春', me: false }

function assignment(over: Parameters<typeof application>[0]) {
  return mount(CaseAssignment, { props: { application: application({ desk, assignment: 'self', ...over }) }, global: { provide } })
}

beforeEach(() => {
  connect('authority', async () => false)
  welcome({ account: { ...ACCOUNT, realm: 'authority', role: 'authority_handler' }, next_step: null } as Parameters<typeof welcome>[0])
})

describe('who works on a case', () => {
  it('is claimed by one, and says who had it when another claims it', async () => {
    const asked = serve(json(200, application({ assignee: { account_id: 'a1', name: '李华', me: true } })))
    const shown = assignment({ assignee: other })
    expect(shown.text()).toContain('邵桂春 正在办理')
    await shown.get('button').trigger('click')
    await flushPromises()
    expect(asked[0]!.body).toEqual({ account_id: 'a1', instead_of: 'b2' })
    expect(shown.emitted('changed')).toHaveLength(1)
  })

  it('shows who was quicker, as it is now', async () => {
    const now = application({ assignee: other })
    serve(json(409, { title: '已由他人认领', detail: '', status: 409, code: 'assigned_to_another' }), json(200, now))
    const shown = assignment({})
    expect(shown.get('button').text()).toBe('认领')
    await shown.get('button').trigger('click')
    await flushPromises()
    expect(shown.emitted('changed')).toEqual([[now]])
    expect(shown.get('[role=alert]').text()).toContain('已由他人认领')
  })

  it('is nobody here while the case lies on another desk', () => {
    expect(assignment({ desk: application().desk, assignment: null }).find('button').exists()).toBe(false)
  })
})

it('adds a note for the colleagues and empties the field', async () => {
  const note = { id: 'n', author_name: '李华', text: '已电话核实', written_at: '2026-11-23T06:03:00Z' }
  const asked = serve(json(200, { items: [] }), json(201, { items: [note] }))
  const shown = mount(CaseNotes, { props: { id: 'app-1' }, global: { provide } })
  await flushPromises()
  await shown.get('textarea').setValue(' 已电话核实 ')
  await shown.get('form').trigger('submit')
  await flushPromises()
  expect(asked.at(-1)).toMatchObject({ url: '/api/v1/authority/applications/app-1/notes', body: { text: '已电话核实' } })
  expect(shown.text()).toContain('已电话核实')
  expect(shown.get<HTMLTextAreaElement>('textarea').element.value).toBe('')
})

it.each([
  ['authority', 'take_over', 'authority/applications/app-1/take-over'],
  ['authority', 'set_aside', 'authority/applications/app-1/set-aside'],
  ['institution', 'withdraw', 'institution/applications/app-1/withdrawal'],
] as const)('sends %s %s with its reason to an operation of its own', async (realm, action, place) => {
  const asked = serve(json(200, application()))
  await officeOf(realm).decide(action, application(), { comment: '理由', fieldComments: [] }, new Intent())
  expect(asked[0]).toMatchObject({ url: `/api/v1/${place}`, body: { comment: '理由' } })
  expect(asked[0]!.headers['If-Match']).toBe('"v3"')
})

it('pins comments only where somebody gets the case back, and not on a colleague’s case', () => {
  const back = { action: 'request_correction', title: '', comment: 'required', tone: 'neutral' } as const
  const last = { ...back, action: 'set_aside' } as const
  expect(takesPins(application({ available_actions: [back] }))).toBe(true)
  expect(takesPins(application({ available_actions: [last] }))).toBe(false)
  expect(takesPins(application({ available_actions: [back], assignee: other }))).toBe(false)
})
