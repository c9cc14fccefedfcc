import type { Application } from '../api/types'
import { controlId } from '../applications/payload'

/**
 * Whether the reader may comment on a single field and somebody would read it: who gets the case back. A colleague's
 * case is the colleague's to comment on.
 */
export function takesPins(application: Application): boolean {
  if (application.assignee && !application.assignee.me) return false
  return application.available_actions.some((one) => one.action === 'return' || one.action === 'request_correction')
}

/** Pins a comment to a place, or takes it away again; gives whether there is one now. */
export function togglePin(pins: Map<string, string>, pointer: string): boolean {
  if (pins.delete(pointer)) return false
  pins.set(pointer, '')
  return true
}

/** The id of the box in which a pinned comment is written. */
export function pinId(pointer: string): string {
  return `pin-${controlId(pointer)}`
}
