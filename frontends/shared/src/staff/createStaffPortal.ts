import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-switch.css'
import 'element-plus/theme-chalk/el-overlay.css'
import 'element-plus/theme-chalk/el-drawer.css'
import 'element-plus/theme-chalk/el-message.css'
import '../styles/staff.css'
import './frame.css'
import './queue.css'
import './case.css'
import { ElConfigProvider } from 'element-plus'
import zhCn from 'element-plus/es/locale/lang/zh-cn.mjs'
import { defineComponent, h, provide } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import { evidenceFilesKey } from '../applications/evidence'
import { readAttachmentKey } from '../applications/viewer'
import { createPortal } from '../portal/createPortal'
import { identityMenu, identityRoutes } from './cases/routes'
import type { MenuGroup } from './menu'
import { officeKey } from './office'
import { officeOf, type StaffRealm } from './offices'
import { invitationRoute, peopleMenu, peopleRoutes } from './people/routes'
import StaffLayout from './StaffLayout.vue'

export interface StaffPortal {
  realm: StaffRealm
  menu: readonly MenuGroup[]
  routes: RouteRecordRaw[]
}

/** Boots a staff portal: its pages work for the realm's desk, inside the frame with `menu`, 身份核实 and 系统管理. */
export function createStaffPortal({ realm, menu, routes }: StaffPortal): void {
  const office = officeOf(realm)
  const groups = [...menu, identityMenu, peopleMenu(realm)]
  const layout = defineComponent({
    name: 'StaffFrame',
    setup() {
      provide(officeKey, office)
      provide(evidenceFilesKey, office.evidence)
      provide(readAttachmentKey, office.readAttachment)
      return () => h(ElConfigProvider, { locale: zhCn }, () => h(StaffLayout, { menu: groups }))
    },
  })
  const pages = [...routes, ...identityRoutes, ...peopleRoutes(realm)]
  createPortal({ realm, layout, routes: pages, openRoutes: [invitationRoute] })
}
