import type { RouteRecordRaw } from 'vue-router'
import { texts as licence } from './licence/texts'
import { photoRoutes } from './photos/routes'
import { securityRoutes } from './security/routes'
import { texts } from './texts'

export const routes: RouteRecordRaw[] = [
  {
    path: '',
    name: 'home',
    component: () => import('./pages/HomePage.vue'),
    meta: { title: texts.home.title, section: 'home' },
  },
  {
    path: 'business',
    name: 'business',
    component: () => import('./pages/BusinessPage.vue'),
    meta: { title: texts.business.title, section: 'business' },
  },
  {
    path: 'applications',
    name: 'applications',
    component: () => import('./pages/ApplicationsPage.vue'),
    meta: { title: texts.applications.title, section: 'mine' },
  },
  {
    path: 'applications/:id',
    name: 'application',
    component: () => import('./pages/ApplicationPage.vue'),
    props: true,
    meta: { title: texts.applications.title, section: 'business' },
  },
  {
    path: 'applications/:id/edit/:step?',
    name: 'wizard',
    component: () => import('./wizard/WizardPage.vue'),
    props: true,
    meta: { title: texts.business.title, section: 'business' },
  },
  {
    path: 'applications/:id/submitted',
    name: 'submitted',
    component: () => import('./wizard/SubmittedPage.vue'),
    props: true,
    meta: { title: texts.submitted.title, section: 'business' },
  },
  {
    path: 'applications/:id/print',
    name: 'print',
    component: () => import('./pages/PrintPage.vue'),
    props: true,
    meta: { title: texts.application.print, section: 'business' },
  },
  {
    path: 'registrations',
    name: 'registrations',
    component: () => import('./pages/RegistrationsPage.vue'),
    meta: { title: texts.registrations.title, section: 'registrations' },
  },
  {
    path: 'licence',
    name: 'licence',
    component: () => import('./licence/LicencePage.vue'),
    meta: { title: licence.title, section: 'licence' },
  },
  {
    path: 'notices',
    name: 'notices',
    component: () => import('./pages/NoticesPage.vue'),
    meta: { title: texts.notices.title, section: 'mine', early: true },
  },
  {
    path: 'mine',
    name: 'mine',
    component: () => import('./pages/MinePage.vue'),
    meta: { title: texts.mine.title, section: 'mine', early: true },
  },
  {
    path: 'activation',
    name: 'activation',
    component: () => import('./activation/ActivationPage.vue'),
    meta: { title: texts.pages.activation, section: 'home', early: true },
  },
  ...photoRoutes,
  ...securityRoutes,
]
