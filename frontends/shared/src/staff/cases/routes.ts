import type { RouteRecordRaw } from 'vue-router'
import type { MenuGroup } from '../menu'
import { texts } from './texts'

/** 身份事项: the list of the office, and one of them. */
export const identityRoutes: RouteRecordRaw[] = [
  {
    path: 'identity-cases',
    name: 'identity-cases',
    component: () => import('./IdentityCasesPage.vue'),
    meta: { title: texts.title, crumbs: [texts.group, texts.title] },
  },
  {
    path: 'identity-cases/:id',
    name: 'identity-case',
    props: true,
    component: () => import('./IdentityCasePage.vue'),
    meta: { title: texts.case, crumbs: [texts.group, texts.title, texts.case], menuItem: 'identity-cases' },
  },
]

/** The menu's heading; everybody of the office may look, and the service says who decides. */
export const identityMenu: MenuGroup = {
  title: texts.group,
  items: [{ title: texts.title, route: 'identity-cases' }],
}
