import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import QueuePage from '../../src/staff/QueuePage.vue'
import { json, serve, type Asked } from '../server'
import { openAt, press, row } from './staffPage'

const SUMMARY = {
  counts: [{ status: 'authority_review', title: '待审批', count: 2 }],
  waiting: 2,
  overdue: 1,
  due_soon: 0,
  decided_today: 0,
}
const COLLEAGUES = {
  items: [
    { account_id: 'a1', name: '李华', role_title: '经办人', me: true, cases: 1 },
    { account_id: 'b2', name: '邵桂春', role_title: '审批人', me: false, cases: 4 },
  ],
}
const Case = { template: '<p>打开的业务</p>' }
const rows = [row('1', { overdue: true, working_days_left: -2 }), row('2')]
const page = (items = rows, next: string | null = null) =>
  json(200, { items, next_cursor: next, total: { value: items.length, relation: 'eq' } })

async function openQueue(address: string, first = page()) {
  const asked: Asked[] = serve(first, json(200, SUMMARY), json(200, COLLEAGUES), page([row('3')]), page())
  const [wrapper, router] = await openAt(address, { queue: QueuePage, case: Case })
  await flushPromises()
  return { asked, wrapper, router }
}

const focused = () => document.activeElement?.getAttribute('data-row')

afterEach(() => document.body.replaceChildren())

describe('the keyboard in a queue', () => {
  it('moves down with J, up with K, and stays inside the list', async () => {
    const { wrapper } = await openQueue('/applications')
    press('j')
    expect(focused()).toBe('1')
    press('j')
    press('j')
    expect(focused()).toBe('2')
    press('k')
    press('k')
    expect(focused()).toBe('1')
    wrapper.unmount()
  })

  it('opens the row with the focus on Enter, and takes the filter along', async () => {
    const { wrapper, router } = await openQueue('/applications?order=newest')
    press('j')
    press('j')
    press('Enter')
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/applications/2?order=newest')
    wrapper.unmount()
  })

  it('leaves letters alone while somebody types a name', async () => {
    const { wrapper } = await openQueue('/applications')
    wrapper.get<HTMLInputElement>('#filter-name').element.focus()
    press('j')
    expect(focused()).toBeNull()
    wrapper.unmount()
  })
})

describe('the list', () => {
  it('asks for what waits, by deadline, when the address says nothing', async () => {
    const { asked, wrapper } = await openQueue('/applications')
    const url = new URL(asked[0]!.url, 'http://registry.test')
    expect(url.pathname).toBe('/api/v1/authority/applications')
    expect(Object.fromEntries(url.searchParams)).toEqual({ status: 'authority_review', order: 'deadline', limit: '20' })
    expect(wrapper.get('h1').text()).toContain('共 2 件')
    wrapper.unmount()
  })

  it('says lateness in words', async () => {
    const { wrapper } = await openQueue('/applications')
    expect(wrapper.get('[data-row="1"]').text()).toContain('逾期 2 个工作日')
    expect(wrapper.get('[data-row="2"]').text()).toContain('剩 5 个工作日')
    wrapper.unmount()
  })

  it('puts a filter into the address and drops the page', async () => {
    const { asked, wrapper, router } = await openQueue('/applications?cursor=abc')
    await wrapper.get('#filter-order').setValue('newest')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ order: 'newest' })
    expect(new URL(asked.at(-1)!.url, 'http://registry.test').searchParams.get('order')).toBe('newest')
    wrapper.unmount()
  })

  it('is narrowed to who began a case and to a colleague who works on it', async () => {
    const { asked, wrapper, router } = await openQueue('/applications?filer=institution')
    expect(new URL(asked[0]!.url, 'http://registry.test').searchParams.get('filer')).toBe('institution')
    const options = wrapper.findAll('#filter-assignee option').map((one) => one.text())
    expect(options).toEqual(['全部经办人', '我的', '无人认领', '邵桂春（4）'])
    await wrapper.get('#filter-assignee').setValue('b2')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ filer: 'institution', assignee: 'b2' })
    expect(new URL(asked.at(-1)!.url, 'http://registry.test').searchParams.get('assignee')).toBe('b2')
    wrapper.unmount()
  })

  it('goes on with the cursor that the service gave', async () => {
    const { asked, wrapper } = await openQueue('/applications', page(rows, 'beyond'))
    await wrapper.findAll('.pager button').at(-1)!.trigger('click')
    await flushPromises()
    expect(new URL(asked.at(-1)!.url, 'http://registry.test').searchParams.get('cursor')).toBe('beyond')
    expect(wrapper.find('[data-row="3"]').exists()).toBe(true)
    wrapper.unmount()
  })

  it('says what would be here when nothing is', async () => {
    const { wrapper } = await openQueue('/applications', page([]))
    expect(wrapper.text()).toContain('没有符合条件的业务')
    wrapper.unmount()
  })

  it('says why it could not be read, and reads it again on request', async () => {
    const refusal = json(503, { code: 'service_unavailable', title: '服务暂时不可用', detail: '请稍候再试。', request_id: 'r-1' })
    const { wrapper } = await openQueue('/applications', refusal)
    expect(wrapper.get('[role=alert]').text()).toContain('r-1')
    await wrapper.get('[role=alert] button').trigger('click')
    await flushPromises()
    expect(wrapper.find('[data-row="3"]').exists()).toBe(true)
    wrapper.unmount()
  })
})

describe('looking for a person', () => {
  async function look(wrapper: Awaited<ReturnType<typeof openQueue>>['wrapper'], field: string, words: string) {
    await wrapper.get(field).setValue(words)
    await wrapper.get('form').trigger('submit')
    await flushPromises()
  }

  it('asks by name in a body and never in an address', async () => {
    const { asked, wrapper } = await openQueue('/applications?cursor=abc&order=newest')
    await look(wrapper, '#filter-name', ' 李 ')
    const { method, url, body } = asked.at(-1)!
    expect([method, url]).toEqual(['POST', '/api/v1/authority/applications/searches'])
    expect(body).toMatchObject({ name: '李', number: null, status: 'authority_review', order: 'newest', cursor: null })
    expect(window.location.pathname + window.location.search).toBe('/applications?order=newest')
    wrapper.unmount()
  })

  it('looks again when only the name is another, and for everybody after a reset', async () => {
    const { asked, wrapper } = await openQueue('/applications')
    await look(wrapper, '#filter-name', '李')
    expect(wrapper.find('[data-row="3"]').exists()).toBe(true)
    await look(wrapper, '#filter-name', '王')
    expect(asked.at(-1)!.body).toMatchObject({ name: '王' })
    serve(page())
    await wrapper.findAll('button').find((one) => one.text() === '重置')!.trigger('click')
    await flushPromises()
    expect(wrapper.get<HTMLInputElement>('#filter-name').element.value).toBe('')
    wrapper.unmount()
  })

  it('comes back to the name from a case', async () => {
    const { wrapper, router } = await openQueue('/applications')
    await look(wrapper, '#filter-name', '李')
    await wrapper.get('[data-row="3"] a').trigger('click')
    await flushPromises()
    expect(window.location.pathname + window.location.search).toBe('/applications/3')
    const again = serve(page([row('3')]), json(200, SUMMARY), json(200, COLLEAGUES))
    router.back()
    await vi.waitFor(() => expect(again).toHaveLength(3))
    await flushPromises()
    expect(again[0]!.body).toMatchObject({ name: '李' })
    expect(wrapper.get<HTMLInputElement>('#filter-name').element.value).toBe('李')
    wrapper.unmount()
  })

  it('asks by a 受理号 that the address names', async () => {
    const { asked, wrapper } = await openQueue('/applications')
    await look(wrapper, '#filter-number', ' zc-370102-20261123-000003 ')
    expect(asked.at(-1)!.body).toMatchObject({ name: null, number: 'ZC-370102-20261123-000003' })
    expect(window.location.search).toBe('?number=ZC-370102-20261123-000003')
    wrapper.unmount()
  })
})
