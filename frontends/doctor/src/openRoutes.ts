import type { RouteRecordRaw } from 'vue-router'
import { registration } from './account/registration'
import { texts } from './texts'

const { pages } = texts

/** What the pages of a registration need; a reload has forgotten it, and leads to where it goes on. */
const onlyWith = (isThere: () => unknown, otherwise: string) => () => (isThere() ? true : { name: otherwise })

const OPEN: RouteRecordRaw[] = [
  {
    path: '',
    name: 'register',
    component: () => import('./account/IdentityPage.vue'),
    meta: { title: pages.register },
  },
  {
    path: '/register/account',
    name: 'register-account',
    component: () => import('./account/AccountPage.vue'),
    beforeEnter: onlyWith(() => registration.ticket, 'register'),
    meta: { title: pages.register },
  },
  {
    path: '/register/done',
    name: 'register-done',
    component: () => import('./account/RegisteredPage.vue'),
    beforeEnter: onlyWith(() => registration.created, 'sign-in'),
    meta: { title: pages.registered },
  },
  {
    path: '/register/known',
    name: 'register-known',
    component: () => import('./account/KnownPage.vue'),
    meta: { title: pages.known },
  },
  {
    path: '/privacy',
    name: 'privacy',
    component: () => import('./account/PrivacyPage.vue'),
    meta: { title: pages.privacy },
  },
  {
    path: '/forgotten-password',
    name: 'forgotten-password',
    component: () => import('./help/ForgottenPasswordPage.vue'),
    meta: { title: pages.forgottenPassword },
  },
  {
    path: '/forgotten-name',
    name: 'forgotten-name',
    component: () => import('./help/ForgottenNamePage.vue'),
    meta: { title: pages.forgottenName },
  },
  {
    path: '/identity-dispute',
    name: 'identity-dispute',
    component: () => import('./help/DisputePage.vue'),
    meta: { title: pages.dispute },
  },
  {
    path: '/phone-replacement',
    name: 'phone-replacement',
    component: () => import('./help/ReplacementPage.vue'),
    meta: { title: pages.replacement },
  },
  {
    path: '/cases',
    name: 'case-lookup',
    component: () => import('./help/CaseLookupPage.vue'),
    meta: { title: pages.caseLookup },
  },
  {
    path: '/email',
    name: 'email-link',
    component: () => import('./security/EmailLinkPage.vue'),
    meta: { title: pages.emailLink },
  },
  {
    path: '/closed',
    name: 'closed',
    component: () => import('./security/ClosedPage.vue'),
    meta: { title: pages.closed },
  },
]

/** Pages that need no sign-in, in their own frame. Its path is its first page's: `/` belongs to the home page. */
export const openRoutes: RouteRecordRaw[] = [
  {
    path: '/register',
    component: () => import('./OpenLayout.vue'),
    children: OPEN.map((route) => ({ ...route, meta: { ...route.meta, open: true } })),
  },
]
