import { call, type Realm } from '../api/client'
import type { EvidenceFiles } from '../applications/evidence'
import type { Application } from '../api/types'
import { shanghaiDay } from '../formats'
import type { Office } from './office'
import { staffTexts } from './texts'

export type StaffRealm = Exclude<Realm, 'doctor'>

const WAITING: Record<StaffRealm, Office['waiting']> = {
  institution: ['institution_review'],
  authority: ['authority_review', 'accepted', 'countersign'],
}

/** An institution proves its own reports; an authority adds to what lies with it, or to what it handled today. */
const MAY_ADD: Record<StaffRealm, (application: Application) => boolean> = {
  institution: ({ filer, status }) =>
    filer === 'institution' && ['authority_review', 'correction_required'].includes(status),
  authority: ({ filer, desk, decided_at: decided }) =>
    desk.holder === 'authority' ||
    (filer === 'authority' && decided !== null && shanghaiDay(decided) === shanghaiDay(new Date())),
}

function evidenceOf(realm: StaffRealm): EvidenceFiles {
  const one = `/api/v1/${realm}/applications/{application_id}` as const
  return {
    realm,
    canAdd: MAY_ADD[realm],
    add: (id, name, file, intent) =>
      call('post', `${one}/attachments`, { path: { application_id: id }, form: { kind: 'evidence', name, file }, intent }),
    canRemove: ({ filer, status }) => filer === realm && status === 'correction_required',
    remove: (id, attachmentId) =>
      call('delete', '/api/v1/institution/applications/{application_id}/attachments/{attachment_id}', {
        path: { application_id: id, attachment_id: attachmentId },
      }),
    read: (id) => call('get', one, { path: { application_id: id } }),
  }
}

/** Actions with an operation of their own, which take nothing but the reason. */
const OWN_OPERATIONS = {
  take_over: '/api/v1/authority/applications/{application_id}/take-over',
  set_aside: '/api/v1/authority/applications/{application_id}/set-aside',
  withdraw: '/api/v1/institution/applications/{application_id}/withdrawal',
} as Readonly<Record<string, OwnOperation | undefined>>
type OwnOperation =
  | '/api/v1/authority/applications/{application_id}/take-over'
  | '/api/v1/authority/applications/{application_id}/set-aside'
  | '/api/v1/institution/applications/{application_id}/withdrawal'

/** The desk of a medical institution (医师申请业务办理) or of a health authority (业务审批). */
export function officeOf(realm: StaffRealm): Office {
  const applications = `/api/v1/${realm}/applications` as const
  return {
    realm,
    waiting: WAITING[realm],
    openVerb: staffTexts.openVerbs[realm],
    summarise: (signal) => call('get', `/api/v1/${realm}/summary`, { signal }),
    list: ({ name, number, overdue, ...filter }, limit, signal) =>
      name || number
        ? call('post', `${applications}/searches`, {
            body: { ...filter, overdue, limit, name: name || null, number: number || null },
            signal,
          })
        : call('get', applications, { query: { ...filter, overdue: overdue || undefined, limit }, signal }),
    read: (id, signal) => call('get', `${applications}/{application_id}`, { path: { application_id: id }, signal }),
    readForm: (id) => call('get', `${applications}/{application_id}/form.pdf`, { path: { application_id: id } }),
    decide: (action, seen, opinion, intent) => {
      const asked = { path: { application_id: seen.id }, version: seen.version, intent }
      const own = OWN_OPERATIONS[action]
      if (own) return call('post', own, { ...asked, body: { comment: opinion.comment } })
      if (action === 'submit') return call('post', '/api/v1/institution/applications/{application_id}/submission', asked)
      return call('post', `${applications}/{application_id}/decisions`, {
        ...asked,
        // Actions come from `available_actions`, whose type names those of every desk.
        body: { action: action as 'endorse', comment: opinion.comment, field_comments: opinion.fieldComments },
      })
    },
    listColleagues: (signal) => call('get', `/api/v1/${realm}/colleagues`, { signal }),
    assign: (id, accountId, insteadOf) =>
      call('post', `${applications}/{application_id}/assignment`, {
        path: { application_id: id },
        body: { account_id: accountId, instead_of: insteadOf },
      }),
    listNotes: (id, signal) =>
      call('get', `${applications}/{application_id}/notes`, { path: { application_id: id }, signal }),
    addNote: (id, text, intent) =>
      call('post', `${applications}/{application_id}/notes`, { path: { application_id: id }, body: { text }, intent }),
    evidence: evidenceOf(realm),
    readAttachment: (applicationId, attachmentId, signal) =>
      call('get', `${applications}/{application_id}/attachments/{attachment_id}`, {
        path: { application_id: applicationId, attachment_id: attachmentId },
        signal,
      }),
  }
}
