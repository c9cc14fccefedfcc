import type { MenuGroup } from '@registry/shared/staff/menu.ts'
import type { RouteRecordRaw } from 'vue-router'

// Names of menu and pages as in the manual.
const group = '业务办理'
const queue = '医师申请业务办理'

export const menu: readonly MenuGroup[] = [{ title: group, items: [{ title: queue, route: 'queue' }] }]

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
    meta: { title: queue, crumbs: [group, queue] },
  },
  {
    path: 'applications/:id',
    name: 'case',
    props: true,
    component: () => import('@registry/shared/staff/CasePage.vue'),
    meta: { title: '业务详情', crumbs: [group, queue, '业务详情'] },
  },
]
