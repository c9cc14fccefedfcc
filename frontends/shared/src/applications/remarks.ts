import type { Application, ApplicationType, TimelineStep } from '../api/types'
import { findField } from './payload'

/** Where a remark about a proof is pinned. */
export function proofPointer(attachmentId: string): string {
  return `/attachments/${attachmentId}`
}

/** What a pointer leads to, in words: a field's label, a proof's name, also of one that a correction took away. */
export function placeTitle(application: Application, type: ApplicationType | null, pointer: string): string | null {
  const field = type && findField(type, pointer)?.field
  if (field) return field.label
  const proof = application.attachments.find((one) => proofPointer(one.id) === pointer)
  const before = application.previous_values[pointer]
  return proof?.name ?? (pointer.startsWith(proofPointer('')) && typeof before === 'string' ? before : null)
}

/** The last step that a reviewer took: the last that was not the applicant's own. */
export function latestOpinion(application: Application): TimelineStep | null {
  return application.timeline.filter((step) => step.actor_role !== 'doctor').at(-1) ?? null
}

/** What the last reviewer said about single fields: pointer to comment. */
export function latestRemarks(application: Application): Record<string, string> {
  const comments = latestOpinion(application)?.field_comments ?? []
  return Object.fromEntries(comments.map((one) => [one.pointer, one.comment]))
}
