import { flushPromises, mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import type { FieldSpec, Practice, Registration, TimelineStep } from '../src/api/types'
import ApplicationAnswers from '../src/applications/ApplicationAnswers.vue'
import ApplicationForm from '../src/applications/ApplicationForm.vue'
import ApplicationTimeline from '../src/applications/ApplicationTimeline.vue'
import ReportNote from '../src/applications/ReportNote.vue'
import { additionalOf, readPracticesKey } from '../src/applications/practices'
import { application, applicationType } from './examples'

const practice = (id: string, over: Partial<Practice> = {}) =>
  ({
    id,
    institution_id: id,
    institution_name: `诊所${id}`,
    address: '泉城路 1 号',
    kind: 'additional',
    valid_from: '2026-01-01',
    valid_to: '2026-12-31',
    status: 'in_force',
    status_title: '有效',
    ...over,
  }) as Practice
const registration = (...practices: Practice[]) => ({ practices }) as Registration
const field = (name: string, widget: FieldSpec['widget'], over: Partial<FieldSpec> = {}) =>
  ({ name, label: name, widget, required: true, options: null, help: null, columns: null, max_length: null, ...over }) as FieldSpec
const step = (action: string, over: Partial<TimelineStep> = {}) =>
  ({
    id: action,
    action,
    title: action,
    to_status: 'authority_review',
    actor_name: '',
    actor_role: 'doctor',
    office: '',
    comment: '',
    field_comments: [],
    basis: null,
    occurred_at: '2026-11-23T06:03:00Z',
    ...over,
  }) as TimelineStep

it('offers the additional practices that are not over, with institution and period', async () => {
  const held = [
    registration(practice('甲'), practice('乙', { status: 'cancelled' }), practice('丙', { kind: 'main', valid_to: null })),
    registration(practice('丁', { status: 'suspended', valid_to: null })),
  ]
  expect(additionalOf(held).map((one) => one.id)).toEqual(['甲', '丁'])

  const payload = {}
  const CHOICE = { code: 'choose', title: '', fields: [field('additional_practice_id', 'practice')] }
  const form = mount(ApplicationForm, {
    props: { application: null, step: CHOICE, payload, faults: {} },
    global: { provide: { [readPracticesKey as symbol]: async () => additionalOf(held) } },
  })
  await flushPromises()
  expect(form.findAll('label').map((one) => one.text())).toEqual([
    expect.stringContaining('诊所甲'),
    expect.stringContaining('自 2026年1月1日'),
  ])
  expect(form.text()).toContain('2026年1月1日 至 2026年12月31日')
  await form.findAll('input')[1]!.setValue(true)
  expect(payload).toEqual({ additional_practice_id: '丁' })
})

it('offers a reason to those only who may give it', () => {
  const options = [
    { value: '01', label: '死亡', filers: ['institution' as const] },
    { value: '11', label: '本人申请', filers: ['doctor' as const] },
    { value: '99', label: '其他', filers: null },
  ]
  const STEP = { code: 'choose', title: '', fields: [field('reason_code', 'select', { options })] }
  const offered = (filer: 'doctor' | 'institution') =>
    mount(ApplicationForm, { props: { application: null, step: STEP, payload: {}, faults: {}, filer } })
      .findAll('option')
      .map((one) => one.attributes('value'))
  expect(offered('doctor')).toEqual(['', '11', '99'])
  expect(offered('institution')).toEqual(['', '01', '99'])
})

it('shows what each widget was filled in with', () => {
  const fields = [field('valid_to', 'date'), field('additional_practice_id', 'practice')]
  const type = applicationType('x', { steps: [{ code: 'choose', title: '', fields }] })
  const office = { id: 'i', name: '和安诊所', registration_number: '1', division_name: '历下区', address: '泉城路', phone: '' }
  const shown = mount(ApplicationAnswers, {
    props: { application: application({ payload: { valid_to: '2026-12-31', additional_practice_id: 'p' }, institution: office }), type },
  })
  expect(shown.findAll('.answer-value').map((one) => one.text())).toEqual(['2026年12月31日', '和安诊所历下区 泉城路'])
})

it('tells the doctor of a report, and that it may be objected to until one has', () => {
  const object = { action: 'object', title: '提出异议', comment: 'required', tone: 'neutral' } as const
  const note = (over: Parameters<typeof application>[0]) => mount(ReportNote, { props: { application: application(over) } }).text()
  expect(note({ filer: 'institution', available_actions: [object] })).toContain('请在审批前提出异议')
  expect(note({ filer: 'institution', timeline: [step('object')], available_actions: [object] })).toContain('您已提出异议')
  expect(note({ filer: 'authority' })).toContain('直接办理')
  expect(note({})).toBe('')
})

it('leaves the institution out of the way of a report, and names the basis of direct handling', () => {
  const desk = { ...application().desk, holder: 'authority' as const }
  const report = mount(ApplicationTimeline, { props: { application: application({ filer: 'institution', desk }) } })
  expect(report.findAll('.timeline-ahead').map((one) => one.get('.timeline-title').text())).toEqual(['办结'])
  const timeline = [step('file_direct', { basis: '鲁卫〔2026〕1 号' })]
  const direct = mount(ApplicationTimeline, { props: { application: application({ filer: 'authority', timeline }) } })
  expect(direct.text()).toContain('依据：鲁卫〔2026〕1 号')
})
