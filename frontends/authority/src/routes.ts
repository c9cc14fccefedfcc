import type { MenuGroup } from '@registry/shared/staff/menu.ts'
import { staffRoutes } from '@registry/shared/staff/staffRoutes.ts'
import type { RouteRecordRaw } from 'vue-router'
import { texts as consents } from './consents/texts'
import { texts as filings } from './filings/texts'
import { texts as settings } from './settings/texts'
import { texts } from './texts'

export const menu: readonly MenuGroup[] = [
  {
    title: texts.group,
    items: [
      { title: texts.page, route: 'queue' },
      { title: texts.direct.title, route: 'direct' },
      { title: texts.practitioner.title, route: 'practitioner' },
      { title: filings.title, route: 'filings' },
      { title: consents.title, route: 'consents' },
      { title: settings.title, route: 'settings' },
    ],
  },
]

export const routes: RouteRecordRaw[] = [
  {
    // One page with and without a person, so that a search stays while one after another is looked at.
    path: 'practitioners/:id?',
    name: 'practitioner',
    props: true,
    component: () => import('./practitioners/PractitionerPage.vue'),
    meta: { title: texts.practitioner.title, crumbs: [texts.group, texts.practitioner.title] },
  },
  ...staffRoutes([texts.group, texts.page, texts.queue]),
  {
    path: 'direct',
    name: 'direct',
    component: () => import('./direct/DirectPage.vue'),
    meta: { title: texts.direct.title, crumbs: [texts.group, texts.page, texts.direct.title] },
  },
  {
    path: 'due-filings',
    name: 'filings',
    component: () => import('./filings/FilingsPage.vue'),
    meta: { title: filings.title, crumbs: [texts.group, filings.title] },
  },
  {
    path: 'consents',
    name: 'consents',
    component: () => import('./consents/ConsentsPage.vue'),
    meta: { title: consents.title, crumbs: [texts.group, consents.title] },
  },
  {
    path: 'settings',
    name: 'settings',
    component: () => import('./settings/SettingsPage.vue'),
    meta: { title: settings.title, crumbs: [texts.group, settings.title] },
  },
]
