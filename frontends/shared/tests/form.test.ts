import { describe, expect, it } from 'vitest'
import type { FieldSpec, StepSpec } from '../src/api/types'
import { listFaults, missingIn } from '../src/applications/faults'
import { findField, setValueAt, valueAt, wordsOf } from '../src/applications/payload'
import { latestRemarks } from '../src/applications/remarks'
import { application, applicationType } from './examples'

const field = (name: string, label: string, over: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  label,
  widget: 'text',
  required: true,
  max_length: null,
  options: null,
  help: null,
  columns: null,
  prefilled: false,
  read_only: false,
  ...over,
})
const STEP: StepSpec = {
  code: 'form',
  title: '填写业务打印表单',
  fields: [
    field('form.sex', '性别', { widget: 'select', options: [{ value: '1', label: '男' }] }),
    field('form.health', '健康状况'),
    field('form.remarks', '其它要说明的问题', { required: false }),
    field('form.work_history', '个人工作经历', {
      widget: 'rows',
      columns: [field('from', '起（年-月）'), field('to', '止（年-月）', { required: false })],
    }),
    field('form.no_bar_declaration', '本人声明', { widget: 'checkbox' }),
  ],
}
const TYPE = applicationType('registration', { steps: [STEP] })
const [SEX] = STEP.fields

describe('what a step lacks', () => {
  it('is every required field that is blank, in the words of its kind', () => {
    expect(missingIn(STEP, { form: { health: '  ', no_bar_declaration: false, work_history: [] } })).toEqual({
      '/payload/form/sex': '请选择性别。',
      '/payload/form/health': '请填写健康状况。',
      '/payload/form/work_history': '请填写个人工作经历。',
      '/payload/form/no_bar_declaration': '请阅读声明，确认后勾选。',
    })
  })

  it('includes the required columns of each row', () => {
    const form = { sex: '1', health: '良好', no_bar_declaration: true, work_history: [{ from: '2019-03' }, { from: '' }] }
    expect(missingIn(STEP, { form })).toEqual({ '/payload/form/work_history/1/from': '请填写起（年-月）。' })
  })
})

describe('faults', () => {
  it('are listed in the order of the form, lead to their control, and say which field they are about', () => {
    const faults = {
      '/payload/form/work_history/1/from': '格式不对。',
      '/payload/form/sex': '请填写此项。',
    }
    expect(listFaults(faults, TYPE)).toEqual([
      { id: 'payload-form-sex', message: '性别：请填写此项。' },
      { id: 'payload-form-work_history-1-from', message: '个人工作经历第 2 条：格式不对。' },
    ])
  })
})

describe('a payload', () => {
  it('is read and written by pointer, making what is not there', () => {
    const payload = {}
    setValueAt(payload, '/payload/form/sex', '1')
    expect(payload).toEqual({ form: { sex: '1' } })
    expect(valueAt(payload, '/payload/form/sex')).toBe('1')
    expect(valueAt(payload, '/payload/other/sex')).toBeUndefined()
  })

  it('finds the field that a pointer into a row belongs to', () => {
    expect(findField(TYPE, '/payload/form/work_history/0/from')?.field.label).toBe('个人工作经历')
    expect(findField(TYPE, '/payload/form/sexuality')).toBeNull()
  })

  it('shows a choice by its label', () => {
    expect(wordsOf(SEX!, '1')).toBe('男')
  })
})

it("takes remarks from the last reviewer's step only", () => {
  const step = (id: string, actor_role: string, comment: string) => ({
    id,
    action: 'return' as const,
    title: '退回',
    from_status: 'institution_review' as const,
    to_status: 'institution_returned' as const,
    actor_name: '武云',
    actor_role,
    office: '诊所',
    comment: '',
    field_comments: [{ pointer: '/payload/form/health', comment }],
    basis: null,
    occurred_at: '2026-11-23T06:03:00Z',
  })
  const timeline = [step('1', 'institution_handler', '旧意见'), step('2', 'doctor', ''), step('3', 'institution_handler', '新意见')]
  expect(latestRemarks(application({ timeline }))).toEqual({ '/payload/form/health': '新意见' })
})
