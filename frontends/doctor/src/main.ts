import { createPortal } from '@registry/shared/portal/createPortal.ts'
import { RouterView } from 'vue-router'

createPortal({ realm: 'doctor', layout: RouterView, routes: [] })
