import type { MenuGroup } from '@registry/shared/staff/menu.ts'
import { staffRoutes } from '@registry/shared/staff/staffRoutes.ts'
import { texts } from './texts'

export const menu: readonly MenuGroup[] = [{ title: texts.group, items: [{ title: texts.page, route: 'queue' }] }]

export const routes = staffRoutes([texts.group, texts.page, texts.queue])
