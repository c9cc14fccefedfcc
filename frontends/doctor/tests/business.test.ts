import { connect } from '@registry/shared/api/client'
import type { ApplicationOption } from '@registry/shared/api/types'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { application } from '../../shared/tests/examples'
import { json, serve } from '../../shared/tests/server'
import { routes } from '../src/routes'

const option = (type: string, over: Partial<ApplicationOption> = {}): ApplicationOption => ({
  type,
  title: type,
  registration_id: null,
  available: false,
  open_application_id: null,
  checks: [
    {
      code: 'training_done',
      passed: false,
      severity: 'block',
      message: `${type}：须先培训考核`,
      legal_basis: '第 13 号令第七条',
      remedy: '参加培训',
    },
  ],
  ...over,
})
const OPEN = option('注册', { available: true, checks: [] })
const UNDER_WAY = option('变更', { open_application_id: 'app-9' })

async function open(...items: ApplicationOption[]) {
  // The types are asked for once per visit, so each test begins a visit of its own.
  vi.resetModules()
  const { default: BusinessPage } = await import('../src/pages/BusinessPage.vue')
  const asked = serve(json(200, { items }), json(200, []), json(201, application({ id: 'new-1', status: 'draft' })))
  const router = createRouter({ history: createMemoryHistory(), routes: routes.map((one) => ({ ...one, path: `/${one.path}` })) })
  router.push('/business')
  await router.isReady()
  const page = mount(BusinessPage, { global: { plugins: [router] }, attachTo: document.body })
  await flushPromises()
  return { page, router, asked }
}

beforeEach(() => connect('doctor', async () => false))
afterEach(() => document.body.replaceChildren())

describe('业务申请', () => {
  it('shows what is open first, and why the rest is closed', async () => {
    const { page } = await open(option('注销'), UNDER_WAY, OPEN)
    expect(page.findAll('h2').map((one) => one.text())).toEqual(['变更', '注册', '注销'])
    expect(page.findAll('li').at(-1)!.text()).toContain('注销：须先培训考核')
    page.unmount()
  })

  it('leads to the application that is under way instead of a second one', async () => {
    const { page } = await open(UNDER_WAY)
    expect(page.get('li a').attributes('href')).toBe('/applications/app-9')
    page.unmount()
  })

  it('tells the legal basis and the way in', async () => {
    const { page } = await open(option('注销'))
    await page.get('li button').trigger('click')
    const dialog = document.querySelector('dialog')!
    expect(dialog.textContent).toContain('第 13 号令第七条')
    expect(dialog.textContent).toContain('参加培训')
    page.unmount()
  })

  it('begins a draft and opens its first step', async () => {
    const { page, router, asked } = await open(OPEN)
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined)
    await page.get('li button').trigger('click')
    await flushPromises()
    expect(asked.at(-1)).toMatchObject({ method: 'POST', url: '/api/v1/doctor/applications', body: { type: '注册' } })
    expect(asked.at(-1)!.headers['Idempotency-Key']).toBeTruthy()
    expect(push).toHaveBeenCalledWith({ name: 'wizard', params: { id: 'new-1' } })
    page.unmount()
  })
})
