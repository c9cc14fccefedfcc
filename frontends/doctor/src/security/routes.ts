import type { RouteRecordRaw } from 'vue-router'
import { texts } from '../texts'

const { pages } = texts
const PAGES: [path: string, title: string, component: () => Promise<unknown>][] = [
  ['phone', pages.phone, () => import('./PhonePage.vue')],
  ['email', pages.email, () => import('./EmailPage.vue')],
  ['password', pages.password, () => import('./PasswordPage.vue')],
  ['wechat', pages.wechat, () => import('./WechatPage.vue')],
  ['factors', pages.factors, () => import('./FactorsPage.vue')],
  ['sessions', pages.sessions, () => import('./SessionsPage.vue')],
  ['events', pages.events, () => import('./EventsPage.vue')],
  ['views', pages.views, () => import('./ViewsPage.vue')],
  ['export', pages.export, () => import('./ExportPage.vue')],
  ['closure', pages.closure, () => import('./ClosurePage.vue')],
]

/** 安全设置 is for everybody who is signed in, also before the activation. */
export const securityRoutes: RouteRecordRaw[] = [
  {
    path: 'security',
    name: 'security',
    component: () => import('./SecurityPage.vue'),
    meta: { title: pages.security, section: 'mine', early: true },
  },
  ...PAGES.map(
    ([path, title, component]) =>
      ({
        path: `security/${path}`,
        name: `security-${path}`,
        component,
        meta: { title, section: 'mine', early: true },
      }) as RouteRecordRaw,
  ),
]
