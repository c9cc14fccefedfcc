import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import InstitutionField from '../src/applications/InstitutionField.vue'
import { texts } from '../src/texts'
import { application } from './examples'

const chosen = { id: 'i1', name: '和安中医诊所', registration_number: 'P1', division_name: '历下区', address: '', phone: '' }

function field(fixed: boolean) {
  return mount(InstitutionField, {
    props: { modelValue: 'i1', application: application({ institution: chosen }), attributes: { id: 'clinic' }, fixed },
  })
}

it('offers another institution until the chosen one has endorsed, then says why not', () => {
  expect(field(false).get('button').text()).toBe('更换机构')
  const fixed = field(true)
  expect(fixed.find('button').exists()).toBe(false)
  expect(fixed.get('#clinic').text()).toBe(texts.institutionField.fixed)
})
