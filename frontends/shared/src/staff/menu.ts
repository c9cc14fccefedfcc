import 'vue-router'

/** A heading of the left menu with its pages. */
export interface MenuGroup {
  title: string
  items: readonly { title: string; route: string }[]
  /** Roles that see it; without, everybody does. */
  roles?: readonly string[]
}

declare module 'vue-router' {
  interface RouteMeta {
    /** Name of the page, for heading and browser tab. */
    title?: string
    /** Reachable without a session. */
    open?: boolean
    /** Way to the page in the menu's words. */
    crumbs?: readonly string[]
    /** Route of the menu's entry that a page below it belongs to. */
    menuItem?: string
  }
}
