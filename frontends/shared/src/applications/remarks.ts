import type { Application, TimelineStep } from '../api/types'

/** The last step that a reviewer took: the last that was not the applicant's own. */
export function latestOpinion(application: Application): TimelineStep | null {
  return application.timeline.filter((step) => step.actor_role !== 'doctor').at(-1) ?? null
}

/** What the last reviewer said about single fields: pointer to comment. */
export function latestRemarks(application: Application): Record<string, string> {
  const comments = latestOpinion(application)?.field_comments ?? []
  return Object.fromEntries(comments.map((one) => [one.pointer, one.comment]))
}
