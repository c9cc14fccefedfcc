import { mount } from '@vue/test-utils'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../src/api/client'
import type { HumanProof as Proof } from '../src/api/types'
import { solve } from '../src/portal/deviceProof'
import HumanProof from '../src/portal/HumanProof.vue'
import known from './puzzle.json'
import { json, serve } from './server'

const PUZZLE = known.puzzle as Parameters<typeof solve>[0]
const captcha = (captcha_id: string) =>
  json(201, { captcha_id, image: 'data:image/png;base64,AAAA', audio_url: '', expires_at: '' })
const sound = () => new Response('RIFF', { status: 200, headers: { 'content-type': 'audio/wav' } })
const refusal = (status: number, code: string) => json(status, { title: '过于频繁', detail: '请稍候', status, code })

async function show(error = '') {
  let proof: Proof | null = null
  const page = mount(HumanProof, {
    attachTo: document.body,
    props: {
      id: 'proof',
      purpose: 'sign_in',
      error,
      modelValue: null,
      'onUpdate:modelValue': (value: Proof | null) => {
        proof = value
        void page.setProps({ modelValue: value })
      },
    },
  })
  const button = (words: string) => page.findAll('button').find((one) => one.text().includes(words))!
  const picture = () => vi.waitFor(() => expect(page.find('img').exists()).toBe(true))
  return { page, button, picture, given: () => proof }
}

describe('the solver', () => {
  it('finds what the service expects, and tells how far it is', async () => {
    const parts: number[] = []
    const proof = await solve(PUZZLE, { signal: new AbortController().signal, onProgress: (part) => parts.push(part) })
    const { challenge, solution } = JSON.parse(atob(proof))
    expect(challenge).toEqual(PUZZLE)
    expect(solution).toEqual({ counter: known.counter, derivedKey: known.derivedKey })
    expect(parts).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
  })

  it('stops when it is cancelled', async () => {
    const controller = new AbortController()
    const work = solve(PUZZLE, { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(work).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('gives up on a puzzle that has no solution', async () => {
    const none = { ...PUZZLE, parameters: { ...PUZZLE.parameters, data: { purpose: 'sign_in' as const, counters: 8 } } }
    const work = solve(none, { signal: new AbortController().signal, onProgress: () => undefined })
    await expect(work).rejects.toThrow('no solution')
  })
})

describe('the human proof', () => {
  beforeEach(() => connect('doctor', async () => false))
  afterEach(() => (document.body.innerHTML = ''))

  it('is the digits of the picture, as people type them', async () => {
    const asked = serve(captcha('c1'))
    const { page, picture, given } = await show()
    await picture()
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/api/v1/captchas', body: { purpose: 'sign_in' } })
    const input = page.get<HTMLInputElement>('input')
    await input.setValue('２３ 4')
    expect(given()).toBe(null)
    await input.setValue('２３ 4567')
    expect(given()).toEqual({ captcha_id: 'c1', captcha_answer: '23456' })
    expect(input.element.value).toBe('23456')
    expect(input.attributes()).toMatchObject({ inputmode: 'numeric', autocomplete: 'off', id: 'proof' })
  })

  it('goes with its picture, and the change is said', async () => {
    serve(captcha('c1'), captcha('c2'))
    const { page, button, picture, given } = await show()
    await picture()
    await page.get('input').setValue('23456')
    await button('换一张').trigger('click')
    expect(given()).toBe(null)
    await picture()
    await vi.waitFor(() => expect(page.get('[role=status]').text()).toBe('已换一张验证码。'))
    await page.get('input').setValue('65432')
    expect(given()).toEqual({ captcha_id: 'c2', captcha_answer: '65432' })
  })

  it('can be heard; the sound is fetched once', async () => {
    const play = vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue()
    URL.createObjectURL = () => 'blob:sound'
    URL.revokeObjectURL = () => undefined
    const asked = serve(captcha('c1'), sound())
    const { page, button, picture } = await show()
    await picture()
    await button('听验证码').trigger('click')
    await vi.waitFor(() => expect(play).toHaveBeenCalledTimes(1))
    await button('再听一遍').trigger('click')
    await vi.waitFor(() => expect(play).toHaveBeenCalledTimes(2))
    expect(asked.map((one) => one.url)).toEqual(['/api/v1/captchas', '/api/v1/captchas/c1/audio'])
    expect(page.get('audio').attributes('controls')).toBeDefined()
  })

  it('says when a captcha was heard often enough', async () => {
    serve(captcha('c1'), refusal(404, 'not_found'))
    const { page, button, picture } = await show()
    await picture()
    await button('听验证码').trigger('click')
    await vi.waitFor(() => expect(page.get('[role=alert]').text()).toContain('请换一张'))
  })

  it('is work of the device where nothing can be seen or heard', async () => {
    serve(captcha('c1'), json(201, { challenge: PUZZLE, expires_at: '' }))
    const { page, button, picture, given } = await show()
    await picture()
    await button('由设备自动验证').trigger('click')
    expect(page.get('[role=status]').text()).toContain('正在自动验证')
    await vi.waitFor(() => expect(page.get('[role=status]').text()).toContain('已完成验证'))
    const { solution } = JSON.parse(atob(given()!.proof_of_work!))
    expect(solution.counter).toBe(known.counter)
    expect(document.activeElement?.id).toBe('proof')
  })

  it('is made anew, in the same way, when it was used up; a form that was not sent keeps it', async () => {
    const puzzle = () => json(201, { challenge: PUZZLE, expires_at: '' })
    const asked = serve(captcha('c1'), captcha('c2'), puzzle(), puzzle())
    const { page, button, picture, given } = await show()
    await picture()
    await page.get('input').setValue('23456')
    await page.setProps({ error: '请完成验证。' })
    expect(given()).toEqual({ captcha_id: 'c1', captcha_answer: '23456' })

    await page.setProps({ modelValue: null })
    await picture()
    expect(page.get<HTMLInputElement>('input').element.value).toBe('')
    await page.get('input').setValue('65432')
    expect(given()).toEqual({ captcha_id: 'c2', captcha_answer: '65432' })

    await button('由设备自动验证').trigger('click')
    await vi.waitFor(() => expect(given()?.proof_of_work).toBeTruthy())
    await page.setProps({ modelValue: null })
    expect(page.get('[role=status]').text()).toContain('正在自动验证')
    await vi.waitFor(() => expect(page.get('[role=status]').text()).toContain('已完成验证'))
    expect(asked.map((one) => one.url.split('/').at(-1))).toEqual(['captchas', 'captchas', 'challenges', 'challenges'])
  })

  it('leaves the picture there when the device is stopped', async () => {
    const slow = { ...PUZZLE, parameters: { ...PUZZLE.parameters, cost: 100_000, data: { purpose: 'sign_in', counters: 9000 } } }
    serve(captcha('c1'), json(201, { challenge: slow, expires_at: '' }))
    const { page, button, picture, given } = await show()
    await picture()
    await button('由设备自动验证').trigger('click')
    await vi.waitFor(() => expect(page.find('progress').exists()).toBe(true))
    await button('取消').trigger('click')
    await picture()
    expect(given()).toBe(null)
    await page.get('input').setValue('23456')
    expect(given()).toEqual({ captcha_id: 'c1', captcha_answer: '23456' })
  })

  it('says when this device cannot work, and when the service gives no captcha', async () => {
    vi.stubGlobal('crypto', {})
    serve(refusal(429, 'too_many_requests'), captcha('c1'))
    const { page, button, picture } = await show()
    await vi.waitFor(() => expect(page.text()).toContain('过于频繁'))
    await button('换一张').trigger('click')
    await picture()
    await button('由设备自动验证').trigger('click')
    expect(page.text()).toContain('这台设备不能自动验证')
  })

  it('is labelled, and its error belongs to the input', async () => {
    serve(captcha('c1'))
    const { page, picture } = await show('验证码不正确，已换一张')
    await picture()
    const input = page.get('input')
    expect(input.attributes('aria-invalid')).toBe('true')
    expect(document.getElementById(input.attributes('aria-describedby')!.split(' ').at(-1)!)?.textContent).toContain(
      '验证码不正确，已换一张',
    )
    const { violations } = await axe.run(page.element, { rules: { 'color-contrast': { enabled: false } } })
    expect(violations).toEqual([])
  })
})
