/** The doctor's own operations on applications, in the shape that the shared pages ask for. */
import { call } from '@registry/shared/api/client'
import type { Application } from '@registry/shared/api/types'
import type { Perform } from '@registry/shared/applications/useDecision'
import type { EvidenceFiles } from '@registry/shared/applications/evidence'
import { additionalOf, type ReadPractices } from '@registry/shared/applications/practices'
import type { ReadAttachment } from '@registry/shared/applications/viewer'

export function readApplication(id: string, signal?: AbortSignal): Promise<Application> {
  return call('get', '/api/v1/doctor/applications/{application_id}', { path: { application_id: id }, signal })
}

export function readForm(id: string): Promise<Blob> {
  return call('get', '/api/v1/doctor/applications/{application_id}/form.pdf', { path: { application_id: id } })
}

export const readAttachment: ReadAttachment = (id, attachmentId, signal) =>
  call('get', '/api/v1/doctor/applications/{application_id}/attachments/{attachment_id}', {
    path: { application_id: id, attachment_id: attachmentId },
    signal,
  })

/** Submits, withdraws, or objects to what the institution reported: what an applicant does to an application. */
export const perform: Perform = (action, { id, version }, { comment }, intent) => {
  const path = { application_id: id }
  if (action === 'object') {
    const body = { comment }
    return call('post', '/api/v1/doctor/applications/{application_id}/objections', { path, body, version, intent })
  }
  if (action === 'withdraw') {
    const body = { comment }
    return call('post', '/api/v1/doctor/applications/{application_id}/withdrawal', { path, body, version, intent })
  }
  return call('post', '/api/v1/doctor/applications/{application_id}/submission', { path, version, intent })
}

/** Proofs are added and deleted while the application is the doctor's to edit. */
const isMine = (application: Application) => application.available_actions.some((one) => one.action === 'submit')
export const evidenceFiles: EvidenceFiles = {
  realm: 'doctor',
  canAdd: isMine,
  add: (id, name, file, intent) =>
    call('post', '/api/v1/doctor/applications/{application_id}/attachments', {
      path: { application_id: id },
      form: { kind: 'evidence', name, file },
      intent,
    }),
  canRemove: isMine,
  remove: (id, attachmentId) =>
    call('delete', '/api/v1/doctor/applications/{application_id}/attachments/{attachment_id}', {
      path: { application_id: id, attachment_id: attachmentId },
    }),
  read: readApplication,
}

/** The additional practices among which 取消多执业机构备案 chooses. */
export const readPractices: ReadPractices = async (signal) =>
  additionalOf((await call('get', '/api/v1/doctor/registrations', { signal })).items)
