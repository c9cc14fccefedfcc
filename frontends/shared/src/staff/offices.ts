import { call, type Realm } from '../api/client'
import type { Office } from './office'
import { staffTexts } from './texts'

export type StaffRealm = Exclude<Realm, 'doctor'>

const WAITING: Record<StaffRealm, Office['waiting']> = {
  institution: ['institution_review'],
  authority: ['authority_review', 'accepted'],
}

/** The desk of a medical institution (医师申请业务办理) or of a health authority (业务审批). */
export function officeOf(realm: StaffRealm): Office {
  const applications = `/api/v1/${realm}/applications` as const
  return {
    waiting: WAITING[realm],
    openVerb: staffTexts.openVerbs[realm],
    summarise: (signal) => call('get', `/api/v1/${realm}/summary`, { signal }),
    list: ({ name, number, overdue, mine, ...filter }, limit, signal) =>
      name || number
        ? call('post', `${applications}/searches`, {
            body: { ...filter, overdue, mine, limit, name: name || null, number: number || null },
            signal,
          })
        : call('get', applications, { query: { ...filter, overdue: overdue || undefined, mine: mine || undefined, limit }, signal }),
    read: (id, signal) => call('get', `${applications}/{application_id}`, { path: { application_id: id }, signal }),
    decide: (action, seen, opinion, intent) =>
      call('post', `${applications}/{application_id}/decisions`, {
        path: { application_id: seen.id },
        // Actions come from `available_actions`, whose type names those of every desk.
        body: { action: action as 'endorse', comment: opinion.comment, field_comments: opinion.fieldComments },
        version: seen.version,
        intent,
      }),
    readAttachment: (applicationId, attachmentId, signal) =>
      call('get', `${applications}/{application_id}/attachments/{attachment_id}`, {
        path: { application_id: applicationId, attachment_id: attachmentId },
        signal,
      }),
  }
}
