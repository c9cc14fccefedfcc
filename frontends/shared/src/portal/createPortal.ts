import { createApp, nextTick, type Component } from 'vue'
import {
  createRouter,
  createWebHistory,
  type RouteLocationNormalized,
  type RouteLocationRaw,
  type RouteRecordRaw,
} from 'vue-router'
import { connect, onStepUp, type Realm } from '../api/client'
import { ApiProblem } from '../api/problem'
import { texts } from '../texts'
import { safePlace } from './places'
import PortalRoot from './PortalRoot.vue'
import { isMissingFile, needsFreshPage, noteArrival } from './release'
import SignInPage from './SignInPage.vue'
import { restoreSession, session, signInAgain } from './session'
import { proveAgain } from './stepUp'

export interface Portal {
  realm: Realm
  /** Frame of every page behind the sign-in: header, menu, and a RouterView. */
  layout: Component
  /** Pages behind the sign-in; `meta.title` names them. */
  routes: RouteRecordRaw[]
  /** Pages for everybody, such as the registration: `meta.open`; they bring their own frame. */
  openRoutes?: RouteRecordRaw[]
  /** Where somebody who is signed in has to go instead of `to`; null lets them through. */
  detour?: (to: RouteLocationNormalized) => RouteLocationRaw | null
}

/** Boots a portal on `#app`. */
export function createPortal({ realm, layout, routes, openRoutes = [], detour }: Portal): void {
  connect(realm, signInAgain)
  onStepUp(proveAgain)
  const router = createRouter({
    history: createWebHistory(import.meta.env.BASE_URL),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      { path: '/sign-in', name: 'sign-in', component: SignInPage, meta: { title: texts.signIn.heading, open: true } },
      ...openRoutes,
      {
        path: '/',
        component: layout,
        children: [
          ...routes,
          {
            path: ':path(.*)*',
            name: 'not-found',
            component: () => import('./NotFoundPage.vue'),
            meta: { title: texts.states.notFoundTitle },
          },
        ],
      },
    ],
  })

  router.beforeEach(async (to) => {
    try {
      await restoreSession()
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      // The page itself will say that the service cannot be reached, and offer to try again.
      return to.meta.open ? true : { name: 'sign-in', query: { to: to.fullPath } }
    }
    const isIn = session.phase === 'in' || session.phase === 'ended'
    if (!to.meta.open && !isIn) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
    if (to.name === 'sign-in' && isIn) return { path: safePlace(to.query.to) }
    return (isIn && !to.meta.open && detour?.(to)) || true
  })
  router.onError((error, to) => {
    // Without a network the page that is open stays, under the bar that says why.
    if (isMissingFile(error) && !navigator.onLine) return
    if (!needsFreshPage(error, to.fullPath)) throw error
    window.location.assign(router.resolve(to.fullPath).href)
  })
  router.afterEach(async (to, from, failure) => {
    if (failure) return
    noteArrival()
    document.title = `${to.meta.title ?? ''} - ${texts.portals[realm]}`
    if (to.path === from.path || from.matched.length === 0) return
    // A screen reader starts at the new page, not at the link that led to it.
    await nextTick()
    document.getElementById('main')?.focus({ preventScroll: true })
  })

  createApp(PortalRoot, { realm }).use(router).mount('#app')
}
