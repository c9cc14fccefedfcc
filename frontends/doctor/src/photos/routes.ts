import type { RouteRecordRaw } from 'vue-router'
import { texts } from './texts'

/** 信息维护 → 更新个人信息. */
export const photoRoutes: RouteRecordRaw[] = [
  {
    path: 'photos',
    name: 'photos',
    component: () => import('./MaintenancePage.vue'),
    meta: { title: texts.update, section: 'mine' },
  },
  {
    path: 'photos/:id',
    name: 'photo',
    component: () => import('./PhotoPage.vue'),
    props: true,
    meta: { title: texts.update, section: 'mine' },
  },
]
