import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { realmKey } from '../../src/portal/realm'
import InvitationPage from '../../src/staff/people/InvitationPage.vue'
import PeoplePage from '../../src/staff/people/PeoplePage.vue'
import type { InvitationRead, Member } from '../../src/staff/people/types'
import { json, serve } from '../server'

const GONE = { code: 'ticket_gone', title: '链接或步骤已失效', detail: '', status: 410 }
const INVITATION: InvitationRead = {
  realm: 'authority',
  name: '欧阳新来',
  office: '历下区卫生健康局',
  role: 'authority_approver',
  role_title: '审批人',
  login_name: null,
  expires_at: '2026-11-28T06:00:00Z',
}
const TOTP = { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/x', qr_svg: '<svg xmlns="http://www.w3.org/2000/svg"/>' }
const PASSWORD = '春风化雨-Chunfeng-2027'

function member(over: Partial<Member> = {}): Member {
  return {
    id: '1',
    role: 'authority_handler',
    role_title: '经办人',
    name: '王一',
    login_name: 'wang.yi',
    status: 'active',
    status_title: '在用',
    status_since: '2026-11-20T06:00:00Z',
    id_number_masked: null,
    phone_masked: '138****0000',
    email_masked: null,
    created_at: '2026-11-20T06:00:00Z',
    last_signed_in_at: null,
    invitation_expires_at: null,
    is_self: false,
    available_actions: ['change_role', 'disable', 'invite'],
    ...over,
  }
}

const page = (...items: Member[]) =>
  json(200, { items, next_cursor: null, total: { value: items.length, relation: 'eq' } })
const self = member({ id: '9', name: '管一', is_self: true, available_actions: ['hand_over'] })

async function open(component: typeof PeoplePage | typeof InvitationPage, address = '/'): Promise<VueWrapper> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component },
      { path: '/sign-in', name: 'sign-in', component: { template: '<p />' } },
    ],
  })
  await router.push(address)
  const provide = { [realmKey as symbol]: 'authority' }
  const wrapper = mount(component, { global: { plugins: [router], provide }, attachTo: document.body })
  await flushPromises()
  return wrapper
}

/** A dialog is teleported to the body. */
const dialog = () => document.querySelector<HTMLElement>('dialog')!
const field = (label: string) => {
  const labels = Array.from((dialog() ?? document).querySelectorAll('label'))
  const found = labels.find((one) => one.textContent!.trim().startsWith(label))
  return document.getElementById(found!.htmlFor) as HTMLInputElement
}
async function fill(label: string, value: string) {
  field(label).value = value
  field(label).dispatchEvent(new Event(field(label).tagName === 'SELECT' ? 'change' : 'input'))
  await flushPromises()
}
async function submit() {
  document.querySelector('dialog form, .sign-in form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
}
async function act(wrapper: VueWrapper, label: string) {
  await wrapper.get(`[aria-label="${label}"]`).trigger('click')
  await flushPromises()
}

afterEach(() => document.body.replaceChildren())

describe('人员管理', () => {
  it('offers on each account what the service allows', async () => {
    serve(page(self, member(), member({ id: '2', name: '李二', status: 'disabled', available_actions: ['enable'] })))
    const wrapper = await open(PeoplePage)
    const buttons = (id: string) => wrapper.findAll(`[data-row="${id}"] button`).map((one) => one.text())
    expect(buttons('9')).toEqual(['移交管理权'])
    expect(buttons('1')).toEqual(['更改角色', '停用', '重新邀请'])
    expect(buttons('2')).toEqual(['启用'])
    wrapper.unmount()
  })

  it('sends nobody an invitation before the form is complete, then shows the link once', async () => {
    const account = member({ id: '3', name: '欧阳新来', status: 'invited' })
    const invitation = { link: 'https://r.test/authority/invitation#abc', expires_at: '2026-11-28T06:00:00Z', sent_to: '139****1111' }
    const asked = serve(page(self), json(201, { account, invitation }), page(self, account))
    const wrapper = await open(PeoplePage)
    await wrapper.get('.page-head button').trigger('click')
    await submit()
    expect(asked).toHaveLength(1)
    expect(dialog().textContent).toContain('请填写身份证号。')

    await fill('姓名', ' 欧阳新来 ')
    await fill('身份证号', '370102198001010018')
    await fill('手机号码', '13900001111')
    await fill('角色', 'authority_approver')
    await submit()
    expect(asked[1]!.body).toEqual({
      name: '欧阳新来',
      id_number: '370102198001010018',
      phone: '13900001111',
      email: null,
      role: 'authority_approver',
    })
    expect(asked[1]!.headers['Idempotency-Key']).toMatch(/^\w{16,}$/)
    expect(dialog().textContent).toContain(invitation.link)
    expect(dialog().textContent).toContain('2026年11月28日 14:00')
    dialog().querySelector<HTMLElement>('.button-primary')!.click()
    await flushPromises()
    expect(document.body.textContent).not.toContain(invitation.link)
    wrapper.unmount()
  })

  it('names the role that was seen, so that two changes do not overwrite each other', async () => {
    const asked = serve(page(self, member()), json(200, member({ role: 'authority_auditor' })), page(self))
    const wrapper = await open(PeoplePage)
    await act(wrapper, '更改角色：王一')
    await submit()
    expect(asked).toHaveLength(1)
    await fill('角色', 'authority_auditor')
    await submit()
    expect(asked[1]!.body).toEqual({ role: 'authority_auditor', seen_role: 'authority_handler' })
    wrapper.unmount()
  })

  it('disables after saying what that means, and says why not', async () => {
    const refusal = { code: 'wrong_account_status', title: '账号的状态不允许这样办理', detail: '请刷新名单。', status: 409 }
    const asked = serve(page(self, member()), json(409, refusal))
    const wrapper = await open(PeoplePage)
    await act(wrapper, '停用：王一')
    expect(dialog().textContent).toContain('登录立即结束')
    await submit()
    expect(asked[1]!.url).toBe('/api/v1/authority/staff/1/disable')
    expect(dialog().textContent).toContain('账号的状态不允许这样办理')
    wrapper.unmount()
  })

  it('offers active colleagues for a hand-over, and nothing without any', async () => {
    serve(page(self, member()), page(self))
    const wrapper = await open(PeoplePage)
    await act(wrapper, '移交管理权：管一')
    expect(dialog().textContent).toContain('没有其他在用的账号')
    expect(dialog().querySelector('form')).toBeNull()
    wrapper.unmount()
  })
})

describe('an invitation', () => {
  const next = async (wrapper: VueWrapper) => {
    await wrapper.get('.button-primary').trigger('click')
    await flushPromises()
  }

  it('says what to do when its link is worth nothing', async () => {
    serve(json(410, GONE))
    const wrapper = await open(InvitationPage, '/#used')
    expect(wrapper.text()).toContain('请联系本单位管理员重新邀请')
    wrapper.unmount()
  })

  it('leads from who is invited over the password to the authenticator', async () => {
    const taken = { pointer: '/login_name', code: 'login_name_taken', message: '这个登录名已有人使用，请换一个。' }
    const refusal = { code: 'invalid_body', title: '填写的内容有误', detail: '', status: 422, errors: [taken] }
    const joined = json(201, { realm: 'authority', login_name: 'xin.lai2' })
    const asked = serve(json(200, INVITATION), json(200, TOTP), json(422, refusal), json(200, TOTP), joined)
    const wrapper = await open(InvitationPage, '/#token-of-the-link')
    expect(asked[0]!.body).toEqual({ token: 'token-of-the-link' })
    expect(wrapper.text()).toContain('历下区卫生健康局')
    await next(wrapper)

    await fill('登录名', 'xin')
    await fill('登录密码', 'short')
    await submit()
    expect(wrapper.text()).toContain('密码至少 12 位。')
    expect(asked).toHaveLength(1)
    await fill('登录名', 'xin.lai')
    await fill('登录密码', PASSWORD)
    await fill('确认密码', PASSWORD)
    await submit()
    expect(wrapper.text()).toContain(TOTP.secret)
    await fill('动态口令', '123 456')
    await submit()

    // The name was taken meanwhile: back to where it is chosen, with what was typed.
    expect(wrapper.text()).toContain(taken.message)
    expect(field('登录密码').value).toBe(PASSWORD)
    await fill('登录名', 'xin.lai2')
    await submit()
    expect(asked[3]!.body).toEqual({ token: 'token-of-the-link', login_name: 'xin.lai2' })
    await submit()
    expect(asked[4]!.body).toMatchObject({ login_name: 'xin.lai2', password: PASSWORD, totp_code: '123456' })
    expect(wrapper.text()).toContain('请用登录名 xin.lai2 登录')
    wrapper.unmount()
  })
})
