import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '../src/api/problem'
import type { Application, AvailableAction } from '../src/api/types'
import ApplicationActions from '../src/applications/ApplicationActions.vue'
import { application } from './examples'

const ENDORSE: AvailableAction = { action: 'endorse', title: '同意', comment: 'optional', tone: 'primary' }
const RETURN: AvailableAction = { action: 'return', title: '退回', comment: 'required', tone: 'danger' }
const unread = async (): Promise<Application> => Promise.reject(new Error('not read'))

function show(perform = vi.fn(async () => application()), read = unread) {
  const seen = application({ available_actions: [ENDORSE, RETURN] })
  return { perform, page: mount(ApplicationActions, { props: { application: seen, perform, read }, attachTo: document.body }) }
}

const dialog = () => document.querySelector<HTMLElement>('dialog')
const press = async (selector: string) => {
  document.querySelector<HTMLElement>(selector)!.click()
  await vi.waitFor(() => undefined)
}

afterEach(() => {
  document.body.replaceChildren()
})

describe('what may be done', () => {
  it('is one button for each action that the service names, and no other', () => {
    const { page } = show()
    expect(page.findAll('button').map((button) => button.text())).toEqual(['同意', '退回'])
    page.unmount()
  })

  it('asks for a comment where one is required, and does nothing without', async () => {
    const { page, perform } = show()
    await press('[data-action=return]')
    await press('[data-confirm]')
    expect(dialog()!.textContent).toContain('请填写意见')
    expect(perform).not.toHaveBeenCalled()
    page.unmount()
  })

  it('is done once, with the comment', async () => {
    const { page, perform } = show()
    await press('[data-action=return]')
    const comment = document.querySelector('textarea')!
    comment.value = ' 学历与原件不符 '
    comment.dispatchEvent(new Event('input'))
    await press('[data-confirm]')
    await vi.waitFor(() => expect(page.emitted('changed')).toHaveLength(1))
    expect(perform).toHaveBeenCalledOnce()
    expect(perform).toHaveBeenCalledWith(
      'return',
      expect.objectContaining({ version: 3 }),
      { comment: '学历与原件不符', fieldComments: [] },
      expect.anything(),
    )
    page.unmount()
  })

  it('is read again when somebody else was faster, and not repeated', async () => {
    const stale = new ApiProblem(412, 'stale', '已变化', '', null)
    const perform = vi.fn(async (): Promise<Application> => Promise.reject(stale))
    const read = async () => application({ status: 'withdrawn', status_title: '已撤回', version: 4 })
    const { page } = show(perform, read)
    await press('[data-action=endorse]')
    await press('[data-confirm]')
    await vi.waitFor(() => expect(page.emitted('changed')).toHaveLength(1))
    expect(perform).toHaveBeenCalledOnce()
    expect(page.text()).toContain('已撤回')
    page.unmount()
  })
})
