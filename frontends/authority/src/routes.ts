import type { MenuGroup } from '@registry/shared/staff/menu.ts'
import type { RouteRecordRaw } from 'vue-router'

// Names of menu and pages as in the manual.
const group = '执业注册'
const page = '中医（专长）医师业务办理'
const queue = '业务审批'

export const menu: readonly MenuGroup[] = [{ title: group, items: [{ title: page, route: 'queue' }] }]

export const routes: RouteRecordRaw[] = [
  {
    path: '',
    name: 'home',
    component: () => import('@registry/shared/staff/StaffHome.vue'),
    meta: { title: '首页' },
  },
  {
    path: 'applications',
    name: 'queue',
    component: () => import('@registry/shared/staff/QueuePage.vue'),
    meta: { title: queue, crumbs: [group, page, queue] },
  },
  {
    path: 'applications/:id',
    name: 'case',
    props: true,
    component: () => import('@registry/shared/staff/CasePage.vue'),
    meta: { title: '业务详情', crumbs: [group, page, queue, '业务详情'] },
  },
]
