import type { RouteRecordRaw } from 'vue-router'
import { staffTexts } from './texts'

/** Home, queue and case. `crumbs` is the way to the queue in the words of the manual; its last one is the queue's title. */
export function staffRoutes(crumbs: readonly string[]): RouteRecordRaw[] {
  return [
    {
      path: '',
      name: 'home',
      component: () => import('./StaffHome.vue'),
      meta: { title: staffTexts.home },
    },
    {
      path: 'applications',
      name: 'queue',
      component: () => import('./QueuePage.vue'),
      meta: { title: crumbs.at(-1), crumbs },
    },
    {
      path: 'applications/:id',
      name: 'case',
      props: true,
      component: () => import('./CasePage.vue'),
      // A case belongs to the queue it came from.
      meta: { title: staffTexts.case, crumbs: [...crumbs, staffTexts.case], menuItem: 'queue' },
    },
  ]
}
