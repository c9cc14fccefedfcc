import { createStaffPortal } from '@registry/shared/staff/createStaffPortal.ts'
import { authorityOffice } from '@registry/shared/staff/offices.ts'
import { menu, routes } from './routes'

createStaffPortal({ realm: 'authority', office: authorityOffice, menu, routes })
