import type { MenuGroup } from '@registry/shared/staff/menu.ts'
import { staffRoutes } from '@registry/shared/staff/staffRoutes.ts'
import type { RouteRecordRaw } from 'vue-router'
import { texts } from './texts'

export const menu: readonly MenuGroup[] = [
  {
    title: texts.group,
    items: [
      { title: texts.page, route: 'queue' },
      { title: texts.direct.title, route: 'direct' },
    ],
  },
]

export const routes: RouteRecordRaw[] = [
  ...staffRoutes([texts.group, texts.page, texts.queue]),
  {
    path: 'direct',
    name: 'direct',
    component: () => import('./direct/DirectPage.vue'),
    meta: { title: texts.direct.title, crumbs: [texts.group, texts.page, texts.direct.title] },
  },
]
