import { connect } from '@registry/shared/api/client'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { json, serve } from '../../shared/tests/server'
import NoticesPage from '../src/pages/NoticesPage.vue'
import { routes } from '../src/routes'

const page = (ids: string[], cursor: string | null) =>
  json(200, {
    items: ids.map((id) => ({
      id,
      application_id: 'app-1',
      kind: 'endorse',
      message: `消息 ${id}`,
      created_at: '2026-11-23T06:03:00Z',
      read_at: '2026-11-23T06:04:00Z',
    })),
    next_cursor: cursor,
    unread: 0,
  })

beforeEach(() => connect('doctor', async () => false))

it('adds a page of older ones at a time, and keeps what is there when one does not come', async () => {
  const asked = serve(page(['3', '2'], 'c1'), new TypeError('network'), page(['1'], null))
  const router = createRouter({ history: createMemoryHistory(), routes: routes.map((one) => ({ ...one, path: `/${one.path}` })) })
  const shown = mount(NoticesPage, { global: { plugins: [router] } })
  await flushPromises()
  const older = () => shown.get('.button-wide').trigger('click').then(flushPromises)

  await older()
  expect(shown.findAll('li')).toHaveLength(2)
  expect(shown.find('[role=alert]').exists()).toBe(true)
  await older()

  expect(shown.findAll('li').map((one) => one.text().slice(0, 4))).toEqual(['消息 3', '消息 2', '消息 1'])
  expect(shown.find('[role=alert]').exists()).toBe(false)
  expect(shown.find('.button-wide').exists()).toBe(false)
  expect(asked.map((one) => one.url.split('?')[1])).toEqual(['limit=20', 'limit=20&cursor=c1', 'limit=20&cursor=c1'])
})
