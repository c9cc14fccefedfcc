import type { MenuGroup } from '@registry/shared/staff/menu.ts'
import { staffRoutes } from '@registry/shared/staff/staffRoutes.ts'
import type { RouteRecordRaw } from 'vue-router'
import { texts } from './texts'

export const menu: readonly MenuGroup[] = [
  {
    title: texts.group,
    items: [
      { title: texts.queue, route: 'queue' },
      { title: texts.photos.title, route: 'photos' },
      { title: texts.report.title, route: 'report' },
    ],
  },
  { title: texts.own, items: [{ title: texts.board.title, route: 'board' }] },
]

export const routes: RouteRecordRaw[] = [
  ...staffRoutes([texts.group, texts.queue]),
  {
    path: 'photos',
    name: 'photos',
    component: () => import('./photos/PhotoReviewsPage.vue'),
    meta: { title: texts.photos.title, crumbs: [texts.group, texts.photos.title] },
  },
  {
    path: 'report',
    name: 'report',
    component: () => import('./reports/ReportPage.vue'),
    meta: { title: texts.report.title, crumbs: [texts.group, texts.report.title] },
  },
  {
    path: 'board',
    name: 'board',
    component: () => import('./board/BoardPage.vue'),
    meta: { title: texts.board.title, crumbs: [texts.own, texts.board.title] },
  },
  {
    path: 'applications/:id/correction',
    name: 'report-correction',
    props: true,
    component: () => import('./reports/CorrectionPage.vue'),
    meta: { title: texts.report.correction, crumbs: [texts.group, texts.report.correction], menuItem: 'queue' },
  },
]
