import type { Application } from '../api/types'

/**
 * Whether the reader may comment on a single field and somebody would read it: who gets the case back. A colleague's
 * case is the colleague's to comment on.
 */
export function takesPins(application: Application): boolean {
  if (application.assignee && !application.assignee.me) return false
  return application.available_actions.some((one) => one.action === 'return' || one.action === 'request_correction')
}
