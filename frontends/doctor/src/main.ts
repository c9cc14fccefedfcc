import { createPortal } from '@registry/shared/portal/createPortal'
import { session } from '@registry/shared/portal/session'
import '@registry/shared/styles/doctor.css'
import DoctorLayout from './DoctorLayout.vue'
import { openRoutes } from './openRoutes'
import { routes } from './routes'

createPortal({
  realm: 'doctor',
  layout: DoctorLayout,
  routes,
  openRoutes,
  // No business before the activation; the page says what is missing.
  detour: (to) =>
    session.nextStep && !to.meta.early && to.name !== 'not-found'
      ? { name: 'activation', query: { from: to.fullPath } }
      : null,
})
