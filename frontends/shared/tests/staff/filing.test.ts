import { expect, it } from 'vitest'
import { ApiProblem } from '../../src/api/problem'
import type { FieldSpec } from '../../src/api/types'
import { staffSteps, useFiling } from '../../src/staff/filing/useFiling'
import { application, applicationType } from '../examples'

const field = (name: string, widget: FieldSpec['widget'] = 'text') =>
  ({ name, label: name, widget, required: true, options: null, help: null, columns: null, max_length: null }) as FieldSpec
const TYPE = applicationType('change', {
  printable: true,
  steps: [
    { code: 'choose', title: '', fields: [field('photo_id', 'photo'), field('reason', 'textarea')] },
    { code: 'form', title: '', fields: [field('form.sex', 'select')] },
  ],
})

it('asks staff neither for the photo nor for the printable form', () => {
  expect(staffSteps(TYPE).flatMap((step) => step.fields.map((one) => one.name))).toEqual(['reason'])
})

it('sends nothing before it is complete, faults outside the payload included', () => {
  const filing = useFiling(() => TYPE)
  expect(filing.isComplete({ '/basis/document': '请填写文号。' })).toBe(false)
  expect(filing.summary.value.map((one) => one.id)).toEqual(['basis-document', 'payload-reason'])
  filing.payload.reason = '迁移'
  expect(filing.isComplete({})).toBe(true)
})

it('points at what the service refuses, and keeps preconditions with their basis', async () => {
  const filing = useFiling(() => TYPE)
  const refuse = (problem: ApiProblem) => filing.send(() => Promise.reject(problem))
  expect(await refuse(new ApiProblem(422, 'invalid_body', '', '', null, { '/payload/reason': '太长' }))).toBeNull()
  expect(filing.faults.value).toEqual({ '/payload/reason': '太长' })
  expect(filing.problem.value).toBeNull()
  const check = (code: string, passed: boolean) => ({ code, passed, severity: 'block' as const, message: '', legal_basis: '', remedy: null })
  const checks = [check('a', true), check('b', false)]
  await refuse(new ApiProblem(409, 'not_eligible', '', '', null, {}, { checks }))
  expect(filing.failing.value.map((check) => check.code)).toEqual(['b'])
  expect(await filing.send(async () => application())).toMatchObject({ id: 'app-1' })
  expect(filing.problem.value).toBeNull()
})
