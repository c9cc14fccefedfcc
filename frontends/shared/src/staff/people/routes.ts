import type { RouteRecordRaw } from 'vue-router'
import type { MenuGroup } from '../menu'
import type { StaffRealm } from '../offices'
import { texts } from './texts'

/** The page behind an invitation's link, for who has no login yet. */
export const invitationRoute: RouteRecordRaw = {
  path: '/invitation',
  name: 'invitation',
  component: () => import('./InvitationPage.vue'),
  meta: { title: texts.accept.title, open: true },
}

/** 人员管理, and for authorities the administrators of the offices under them. */
export function peopleRoutes(realm: StaffRealm): RouteRecordRaw[] {
  const own: RouteRecordRaw = {
    path: 'people',
    name: 'people',
    component: () => import('./PeoplePage.vue'),
    meta: { title: texts.title, crumbs: [texts.group, texts.title] },
  }
  if (realm === 'institution') return [own]
  return [
    own,
    {
      path: 'offices',
      name: 'offices',
      component: () => import('./OfficesPage.vue'),
      meta: { title: texts.offices, crumbs: [texts.group, texts.offices] },
    },
    {
      path: 'offices/:kind(institution|authority)/:id',
      name: 'office-people',
      props: true,
      component: () => import('./OfficePeoplePage.vue'),
      meta: { title: texts.officeStaff, crumbs: [texts.group, texts.offices, texts.officeStaff], menuItem: 'offices' },
    },
  ]
}

/** The menu's heading for administrators. */
export function peopleMenu(realm: StaffRealm): MenuGroup {
  const items = [{ title: texts.title, route: 'people' }]
  if (realm === 'authority') items.push({ title: texts.offices, route: 'offices' })
  return { title: texts.group, items, roles: [`${realm}_administrator`] }
}
