import { isMissingFile, needsFreshPage, noteArrival } from '@registry/shared/portal/release'
import '@registry/shared/styles/public.css'
import { createApp, nextTick } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import PublicLayout from './PublicLayout.vue'
import { routes } from './routes'
import { texts } from './texts'

const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes,
})
router.onError((error, to) => {
  if (isMissingFile(error) && !navigator.onLine) return
  if (!needsFreshPage(error, to.fullPath)) throw error
  window.location.assign(router.resolve(to.fullPath).href)
})
router.afterEach(async (to, from, failure) => {
  if (failure) return
  noteArrival()
  document.title = to.name === 'home' ? texts.title : `${to.meta.title ?? ''} - ${texts.title}`
  if (to.path === from.path || from.matched.length === 0) return
  // A screen reader starts at the new page, not at the link that led to it.
  await nextTick()
  document.getElementById('main')?.focus({ preventScroll: true })
})

createApp(PublicLayout).use(router).mount('#app')
