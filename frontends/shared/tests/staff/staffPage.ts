import { mount, type VueWrapper } from '@vue/test-utils'
import type { Component } from 'vue'
import { createWebHistory, createRouter, RouterView, type Router } from 'vue-router'
import type { ApplicationSummary } from '../../src/api/types'
import { evidenceFilesKey } from '../../src/applications/evidence'
import { readAttachmentKey } from '../../src/applications/viewer'
import { officeKey } from '../../src/staff/office'
import { officeOf } from '../../src/staff/offices'

/** Shows a page of a staff portal at an address, as an authority's desk; the queue and the cases have routes. */
export async function openAt(address: string, pages: Record<'queue' | 'case', Component>): Promise<[VueWrapper, Router]> {
  // A new tab: nothing is kept from the test before.
  window.history.replaceState(null, '', '/')
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/applications', name: 'queue', component: pages.queue, meta: { title: '业务审批' } },
      { path: '/applications/:id', name: 'case', component: pages.case, props: true },
    ],
  })
  await router.push(address)
  const office = officeOf('authority')
  const provide = {
    [officeKey as symbol]: office,
    [evidenceFilesKey as symbol]: office.evidence,
    [readAttachmentKey as symbol]: office.readAttachment,
  }
  return [mount(RouterView, { global: { plugins: [router], provide }, attachTo: document.body }), router]
}

/** A row of a queue. */
export function row(id: string, over: Partial<ApplicationSummary> = {}): ApplicationSummary {
  return {
    id,
    number: `ZC-370102-20261123-${id}`,
    type: 'registration',
    type_title: '中医（专长）医师注册',
    status: 'authority_review',
    status_title: '待审批',
    version: 3,
    applicant_name: `申请人${id}`,
    institution_name: '济南和安中医诊所',
    authority_name: '历下区卫生健康局',
    status_since: '2026-11-23T06:03:00Z',
    submitted_at: '2026-11-20T06:03:00Z',
    due_on: '2026-11-30',
    due_provisional: false,
    working_days_left: 5,
    overdue: false,
    filer: 'doctor',
    assignee_name: null,
    available_actions: [],
    ...over,
  }
}

/** Presses a key where the focus is, as a person would. */
export function press(key: string): void {
  const target = document.activeElement ?? document.body
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}
