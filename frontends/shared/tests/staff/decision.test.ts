import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Application, AvailableAction } from '../../src/api/types'
import CasePage from '../../src/staff/CasePage.vue'
import { application } from '../examples'
import { json, type Asked } from '../server'
import { openAt, press, row } from './staffPage'

const ACCEPT: AvailableAction = { action: 'accept', title: '受理', comment: 'optional', tone: 'primary' }
const CORRECT: AvailableAction = { action: 'request_correction', title: '通知补正', comment: 'required', tone: 'neutral' }
const REFUSE: AvailableAction = { action: 'refuse', title: '不予', comment: 'required', tone: 'danger' }
const TYPES = [
  {
    code: 'registration',
    title: '中医（专长）医师注册',
    summary: '',
    open: true,
    steps: [
      {
        code: 'form',
        title: '填写业务打印表单',
        fields: [{ name: 'form.major', label: '专业', widget: 'text', required: true }],
      },
    ],
  },
]
const REFUSED_TURN = { code: 'wrong_state', title: '当前状态不能办理', detail: '', status: 409 }
const Queue = { template: '<p>列表</p>' }

/** What the service holds, by the id of the case; a decision is answered with `answers` one after the other. */
let cases: Record<string, Application>
let answers: Response[]
let decisions: Asked[]

beforeEach(() => {
  const waiting = { available_actions: [ACCEPT, CORRECT, REFUSE], payload: { form: { major: '中医学' } } }
  cases = { '1': application({ id: '1', ...waiting }), '2': application({ id: '2', number: 'ZC-2', ...waiting }) }
  answers = []
  decisions = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const { pathname } = new URL(url, 'http://registry.test')
    if (pathname.endsWith('/application-types')) return json(200, TYPES)
    if (pathname.endsWith('/decisions')) {
      const headers = init.headers as Record<string, string>
      decisions.push({ method: 'POST', url: pathname, headers, body: JSON.parse(init.body as string) })
      return answers.shift() ?? json(200, application({ id: '1', status: 'accepted', version: 4 }))
    }
    const id = /applications\/(\w+)$/.exec(pathname)?.[1]
    if (id) return json(200, cases[id])
    return json(200, { items: [row('1'), row('2')], next_cursor: null, total: { value: 2, relation: 'eq' } })
  })
})
afterEach(() => document.body.replaceChildren())

async function openCase() {
  const [wrapper, router] = await openAt('/applications/1', { queue: Queue, case: CasePage })
  await flushPromises()
  const choose = async (action: string) => {
    await wrapper.get(`[data-action=${action}]`).trigger('click')
    await flushPromises()
  }
  const confirm = async () => {
    document.querySelector<HTMLElement>('[data-confirm]')!.click()
    await flushPromises()
  }
  return { wrapper, router, choose, confirm }
}

describe('the decision panel', () => {
  it('offers what the service names, and nothing else', async () => {
    const { wrapper } = await openCase()
    const titles = wrapper.findAll('[data-action]').map((button) => button.text())
    expect(titles).toEqual(['受理', '通知补正', '不予'])
    wrapper.unmount()
  })

  it('offers nothing on a case that lies elsewhere, and no field to pin', async () => {
    cases['1'] = application({ id: '1', payload: { form: { major: '中医学' } } })
    const { wrapper } = await openCase()
    expect(wrapper.findAll('[data-action]')).toHaveLength(0)
    expect(wrapper.find('#opinion').exists()).toBe(false)
    expect(wrapper.find('[aria-label="批注：专业"]').exists()).toBe(false)
    wrapper.unmount()
  })

  it('does not send a decision without the opinion it requires, and leads to it', async () => {
    const { wrapper, choose } = await openCase()
    await choose('request_correction')
    expect(decisions).toEqual([])
    expect(document.activeElement?.id).toBe('opinion')
    expect(wrapper.get('#opinion').attributes('aria-invalid')).toBe('true')
    expect(wrapper.get('#opinion-error').text()).toContain('请先填写办理意见')
    wrapper.unmount()
  })

  it('sends opinion and pinned comments for the version that was seen, then opens the next case', async () => {
    const { wrapper, router, choose } = await openCase()
    await wrapper.get('#opinion').setValue(' 请补正 ')
    await wrapper.get('[aria-label="批注：专业"]').trigger('click')
    await wrapper.get('#pin-payload-form-major').setValue('与证书不符')
    await choose('request_correction')
    expect(decisions).toHaveLength(1)
    expect(decisions[0]!.body).toEqual({
      action: 'request_correction',
      comment: '请补正',
      field_comments: [{ pointer: '/payload/form/major', comment: '与证书不符' }],
    })
    expect(decisions[0]!.headers['If-Match']).toBe('"v3"')
    expect(decisions[0]!.headers['Idempotency-Key']).toMatch(/^\w{16,}$/)
    expect(router.currentRoute.value.path).toBe('/applications/2')
    expect(wrapper.get<HTMLTextAreaElement>('#opinion').element.value).toBe('')
    expect(wrapper.find('.pins').exists()).toBe(false)
    wrapper.unmount()
  })

  it('takes comments on fields for the opinion that an action requires', async () => {
    const { wrapper, choose } = await openCase()
    await wrapper.get('[aria-label="批注：专业"]').trigger('click')
    await wrapper.get('#pin-payload-form-major').setValue('与证书不符')
    await choose('request_correction')
    expect(decisions[0]!.body).toMatchObject({ comment: '请按各项批注修改。' })
    wrapper.unmount()
  })

  it('asks once more before a decision that ends the case', async () => {
    const { wrapper, choose, confirm } = await openCase()
    await wrapper.get('#opinion').setValue('不符合条件')
    await choose('refuse')
    expect(decisions).toEqual([])
    await confirm()
    expect(decisions[0]!.body).toMatchObject({ action: 'refuse', comment: '不符合条件' })
    wrapper.unmount()
  })

  it('says what changed when somebody was faster, and keeps the opinion', async () => {
    const { wrapper, router, choose } = await openCase()
    await wrapper.get('#opinion').setValue('请补正')
    answers = [json(409, REFUSED_TURN)]
    const step = {
      id: 's1',
      action: 'accept' as const,
      title: '受理',
      from_status: 'authority_review' as const,
      to_status: 'accepted' as const,
      actor_name: '邵桂春',
      actor_role: 'authority_handler',
      office: '历下区卫生健康局',
      comment: '',
      field_comments: [],
      basis: null,
      occurred_at: '2026-11-23T07:00:00Z',
    }
    const now = { status: 'accepted' as const, status_title: '已受理', version: 4, timeline: [step] }
    cases['1'] = application({ id: '1', ...now, available_actions: [REFUSE] })
    await choose('request_correction')
    expect(wrapper.get('[role=alert]').text()).toContain('已受理')
    expect(wrapper.get('.decision').text()).toContain('2026年11月23日 15:00，历下区卫生健康局 邵桂春：受理')
    expect(wrapper.findAll('[data-action]').map((button) => button.text())).toEqual(['不予'])
    expect(wrapper.get<HTMLTextAreaElement>('#opinion').element.value).toBe('请补正')
    expect(router.currentRoute.value.path).toBe('/applications/1')
    wrapper.unmount()
  })

  it('only leads to a button by key, and goes to the next case with J', async () => {
    const { wrapper, router } = await openCase()
    press('a')
    expect(document.activeElement?.textContent?.trim()).toBe('受理')
    press('r')
    expect(document.activeElement?.textContent?.trim()).toBe('通知补正')
    expect(decisions).toEqual([])
    press('j')
    await flushPromises()
    expect(router.currentRoute.value.path).toBe('/applications/2')
    wrapper.unmount()
  })

  it('says before a second correction list what it may name', async () => {
    const first = await openCase()
    expect(first.wrapper.text()).not.toContain('此前已要求补正一次')
    first.wrapper.unmount()
    cases['1'] = { ...cases['1']!, changed_places: ['/payload/form/major'] }
    const second = await openCase()
    expect(second.wrapper.text()).toContain('再次要求补正只能针对补正时改动的内容，并须在该项批注：专业。')
    second.wrapper.unmount()
  })
})
