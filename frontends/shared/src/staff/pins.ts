import type { Application } from '../api/types'

/** Whether a comment on a single field would reach somebody: whoever gets the case back reads it. */
export function takesPins(application: Application): boolean {
  return application.available_actions.some((one) => one.action === 'return' || one.action === 'request_correction')
}
