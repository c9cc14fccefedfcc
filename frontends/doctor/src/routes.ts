import type { RouteRecordRaw } from 'vue-router'
import HomePage from './pages/HomePage.vue'
import { texts } from './texts'

export const routes: RouteRecordRaw[] = [
  { path: '', name: 'home', component: HomePage, meta: { title: texts.home.title } },
  {
    path: 'business',
    name: 'business',
    component: () => import('./pages/BusinessPage.vue'),
    meta: { title: texts.business.title },
  },
  {
    path: 'applications',
    name: 'applications',
    component: () => import('./pages/ApplicationsPage.vue'),
    meta: { title: texts.applications.title },
  },
  {
    path: 'applications/:id',
    name: 'application',
    component: () => import('./pages/ApplicationPage.vue'),
    props: true,
    meta: { title: texts.applications.title },
  },
  {
    path: 'applications/:id/edit/:step?',
    name: 'wizard',
    component: () => import('./wizard/WizardPage.vue'),
    props: true,
    meta: { title: texts.business.title, plain: true },
  },
  {
    path: 'applications/:id/submitted',
    name: 'submitted',
    component: () => import('./wizard/SubmittedPage.vue'),
    props: true,
    meta: { title: texts.submitted.title },
  },
  {
    path: 'applications/:id/print',
    name: 'print',
    component: () => import('./pages/PrintPage.vue'),
    props: true,
    meta: { title: texts.application.print },
  },
  {
    path: 'registrations',
    name: 'registrations',
    component: () => import('./pages/RegistrationsPage.vue'),
    meta: { title: texts.registrations.title },
  },
  {
    path: 'notices',
    name: 'notices',
    component: () => import('./pages/NoticesPage.vue'),
    meta: { title: texts.notices.title },
  },
  {
    path: 'mine',
    name: 'mine',
    component: () => import('./pages/MinePage.vue'),
    meta: { title: texts.mine.title },
  },
]
