import { call } from '../api/client'
import type { Office, QueueFilter } from './office'
import { staffTexts } from './texts'

/** The desk of a medical institution: 医师申请业务办理. */
export const institutionOffice: Office = {
  waiting: ['institution_review'],
  openVerb: staffTexts.openVerbs.institution,
  summarise: (signal) => call('get', '/api/v1/institution/summary', { signal }),
  list: (filter, limit, signal) =>
    call('get', '/api/v1/institution/applications', { query: { ...asked(filter), limit }, signal }),
  read: (id, signal) =>
    call('get', '/api/v1/institution/applications/{application_id}', { path: { application_id: id }, signal }),
  decide: (action, seen, opinion, intent) =>
    call('post', '/api/v1/institution/applications/{application_id}/decisions', {
      path: { application_id: seen.id },
      // Actions come from `available_actions`, whose type names those of every desk.
      body: { action: action as 'endorse', comment: opinion.comment, field_comments: opinion.fieldComments },
      version: seen.version,
      intent,
    }),
  readAttachment: (applicationId, attachmentId, signal) =>
    call('get', '/api/v1/institution/applications/{application_id}/attachments/{attachment_id}', {
      path: { application_id: applicationId, attachment_id: attachmentId },
      signal,
    }),
}

/** The desk of a health authority: 业务审批. */
export const authorityOffice: Office = {
  waiting: ['authority_review', 'accepted'],
  openVerb: staffTexts.openVerbs.authority,
  summarise: (signal) => call('get', '/api/v1/authority/summary', { signal }),
  list: (filter, limit, signal) =>
    call('get', '/api/v1/authority/applications', { query: { ...asked(filter), limit }, signal }),
  read: (id, signal) =>
    call('get', '/api/v1/authority/applications/{application_id}', { path: { application_id: id }, signal }),
  decide: (action, seen, opinion, intent) =>
    call('post', '/api/v1/authority/applications/{application_id}/decisions', {
      path: { application_id: seen.id },
      body: { action: action as 'accept', comment: opinion.comment, field_comments: opinion.fieldComments },
      version: seen.version,
      intent,
    }),
  readAttachment: (applicationId, attachmentId, signal) =>
    call('get', '/api/v1/authority/applications/{application_id}/attachments/{attachment_id}', {
      path: { application_id: applicationId, attachment_id: attachmentId },
      signal,
    }),
}

function asked({ status, name, overdue, order, cursor }: QueueFilter) {
  return { status, name: name || null, overdue: overdue || undefined, order, cursor }
}
