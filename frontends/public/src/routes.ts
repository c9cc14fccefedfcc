import { texts as shared } from '@registry/shared/texts/index'
import type { RouteRecordRaw } from 'vue-router'
import HomePage from './pages/HomePage.vue'
import { texts } from './texts'

/** The server knows these paths too (`kit/spa.py`): whatever else is asked of it is no page. */
export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: HomePage, meta: { title: texts.nav.home } },
  {
    path: '/register',
    name: 'register',
    component: () => import('./register/RegisterPage.vue'),
    meta: { title: texts.home.register },
  },
  {
    path: '/v',
    name: 'check',
    component: () => import('./check/CheckPage.vue'),
    meta: { title: texts.home.check },
  },
  {
    path: '/boards/:id',
    name: 'board',
    component: () => import('./register/BoardPage.vue'),
    props: true,
    meta: { title: texts.board.heading },
  },
  {
    path: '/announcements',
    name: 'announcements',
    component: () => import('./pages/AnnouncementsPage.vue'),
    meta: { title: texts.announcements.heading },
  },
  {
    path: '/help',
    name: 'help',
    component: () => import('./pages/HelpPage.vue'),
    meta: { title: texts.nav.help },
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('@registry/shared/portal/NotFoundPage.vue'),
    meta: { title: shared.states.notFoundTitle },
  },
]
