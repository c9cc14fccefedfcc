import { connect } from '@registry/shared/api/client'
import type { Application } from '@registry/shared/api/types'
import { evidenceFilesKey } from '@registry/shared/applications/evidence'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { application, applicationType } from '../../shared/tests/examples'
import { json, serve } from '../../shared/tests/server'
import { routes } from '../src/routes'
import { evidenceFiles } from '../src/desk'
import CheckStep from '../src/wizard/CheckStep.vue'

const TYPE = applicationType('registration')
const submit = { action: 'submit', title: '提交', comment: 'none', tone: 'primary' } as const
const draft = (version: number, over: Partial<Application> = {}) =>
  application({ status: 'draft', status_title: '已保存', version, available_actions: [submit], ...over })
const stale = json(412, { title: '已有更新', detail: '', status: 412, code: 'stale_version', current_version: 5 })

async function press(answers: Response[], isOwn: boolean) {
  const asked = serve(...answers)
  const recognise = vi.fn(() => isOwn)
  const router = createRouter({ history: createMemoryHistory(), routes: routes.map((one) => ({ ...one, path: `/${one.path}` })) })
  const page = mount(CheckStep, {
    props: { application: draft(4), type: TYPE, flush: async () => true, recognise },
    global: { plugins: [router], provide: { [evidenceFilesKey as symbol]: evidenceFiles } },
  })
  // The answer to what was stored meanwhile is adopted by the wizard, which passes the newer version down.
  if (isOwn) recognise.mockImplementation(() => (void page.setProps({ application: draft(5) }), true))
  await page.get('.button-primary').trigger('click')
  await flushPromises()
  return { asked, recognise, page, router }
}

beforeEach(() => connect('doctor', async () => false))
afterEach(() => document.body.replaceChildren())

it('leaves it to the person which content is submitted when another window saved meanwhile', async () => {
  const { asked, recognise, page } = await press([stale.clone(), json(200, draft(5))], false)
  expect(asked.map((one) => one.method)).toEqual(['POST', 'GET'])
  expect(recognise).toHaveBeenCalledWith(expect.objectContaining({ version: 5 }))
  expect(page.find('[role=alert]').exists()).toBe(false)
})

it('submits what was checked when only its version had risen', async () => {
  const sent = application({ id: 'app-1', version: 6 })
  const { asked, router } = await press([stale.clone(), json(200, draft(5)), json(200, sent)], true)
  expect(asked.map((one) => one.headers['If-Match'])).toEqual(['"v4"', undefined, '"v5"'])
  // The page after it is loaded when it is needed: the test ends with that, not in the midst of it.
  await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('submitted'), { timeout: 5000 })
})

it('says so when it was submitted in another window meanwhile', async () => {
  const after = application({ version: 5, status_title: '待机构审核' })
  const { recognise, page } = await press([stale.clone(), json(200, after)], false)
  expect(recognise).not.toHaveBeenCalled()
  expect(page.get('[role=alert]').text()).toContain('待机构审核')
})
