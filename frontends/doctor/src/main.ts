import { createPortal } from '@registry/shared/portal/createPortal'
import '@registry/shared/styles/doctor.css'
import DoctorLayout from './DoctorLayout.vue'
import { routes } from './routes'

createPortal({ realm: 'doctor', layout: DoctorLayout, routes })
