import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import InstitutionCombobox from '../src/applications/InstitutionCombobox.vue'
import { institution } from './examples'
import { json, serve } from './server'

const page = (...names: string[]) =>
  json(200, { items: names.map((name) => institution(name)), next_cursor: null, total: null })
let box: VueWrapper

beforeEach(() => {
  vi.useFakeTimers()
  box = mount(InstitutionCombobox, { props: { attributes: { id: 'clinic' } }, attachTo: document.body })
})
afterEach(() => {
  box.unmount()
  vi.useRealTimers()
})

async function type(word: string) {
  await box.get('input').setValue(word)
  await vi.advanceTimersByTimeAsync(300)
}

it('looks up what was typed once the person pauses, not at every key', async () => {
  const asked = serve(page('和安中医诊所', '和安堂'))
  await box.get('input').setValue('和')
  await box.get('input').setValue('和安')
  await vi.advanceTimersByTimeAsync(300)
  expect(asked.map((one) => decodeURIComponent(one.url))).toEqual(['/api/v1/institutions?q=和安&limit=20'])
  expect(box.findAll('[role=option]')).toHaveLength(2)
  expect(box.get('input').attributes('aria-expanded')).toBe('true')
  expect(box.get('[role=status]').text()).toBe('找到 2 家')
})

it('tells two of the same name apart by place and authority', async () => {
  serve(page('和安中医诊所'))
  await type('hazy')
  expect(box.get('[role=option]').text()).toContain('泉城路 1 号')
  expect(box.get('[role=option]').text()).toContain('历下区卫生健康局')
})

it('is worked with the keyboard: arrows go round, Enter chooses, Escape closes', async () => {
  serve(page('甲诊所', '乙诊所'))
  await type('诊所')
  const input = box.get('input')
  await input.trigger('keydown', { key: 'ArrowUp' })
  expect(input.attributes('aria-activedescendant')).toBe('clinic-option-1')
  await input.trigger('keydown', { key: 'ArrowDown' })
  expect(input.attributes('aria-activedescendant')).toBe('clinic-option-0')
  await input.trigger('keydown', { key: 'Escape' })
  expect(input.attributes('aria-expanded')).toBe('false')
  await input.trigger('keydown', { key: 'Enter' })
  expect(box.emitted('choose')).toBeUndefined()
  await input.trigger('keydown', { key: 'ArrowDown' })
  await input.trigger('keydown', { key: 'Enter' })
  expect(box.emitted<[{ name: string }]>('choose')![0]![0].name).toBe('乙诊所')
})

it('does not choose with the Enter that ends a half-typed pinyin', async () => {
  serve(page('甲诊所'))
  await type('诊所')
  await box.get('input').trigger('keydown', { key: 'ArrowDown' })
  await box.get('input').trigger('keydown', { key: 'Enter', isComposing: true })
  expect(box.emitted('choose')).toBeUndefined()
})

it('says so when nothing was found', async () => {
  serve(page())
  await type('没有这家')
  expect(box.get('[role=status]').text()).toContain('没有找到')
})
