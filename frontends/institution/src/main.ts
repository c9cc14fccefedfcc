import { createStaffPortal } from '@registry/shared/staff/createStaffPortal.ts'
import { menu, routes } from './routes'

createStaffPortal({ realm: 'institution', menu, routes })
