import { createStaffPortal } from '@registry/shared/staff/createStaffPortal.ts'
import { institutionOffice } from '@registry/shared/staff/offices.ts'
import { menu, routes } from './routes'

createStaffPortal({ realm: 'institution', office: institutionOffice, menu, routes })
