import { call } from '../../api/client'
import type { Intent } from '../../api/intent'
import type { StaffRealm } from '../offices'
import type { CaseAction, CasePage, CaseState, IdentityCase } from './types'

/** The desk of an office for 身份事项. Operations reject with ApiProblem. */
export interface IdentityDesk {
  list(state: CaseState | null, cursor: string | null, signal?: AbortSignal): Promise<CasePage>
  read(id: string, signal: AbortSignal): Promise<IdentityCase>
  /** A proof as JPEG, counted from 1. */
  readEvidence(id: string, place: number, signal: AbortSignal): Promise<Blob>
  decide(id: string, action: CaseAction, reason: string, intent: Intent): Promise<IdentityCase>
}

/** The desk of the portal's own office. */
export function identityDesk(realm: StaffRealm): IdentityDesk {
  const cases = `/api/v1/${realm}/identity-cases` as const
  return {
    list: (status, cursor, signal) => call('get', cases, { query: { status, cursor, limit: 20 }, signal }),
    read: (id, signal) => call('get', `${cases}/{case_id}`, { path: { case_id: id }, signal }),
    readEvidence: (id, place, signal) =>
      call('get', `${cases}/{case_id}/evidence/{place}`, { path: { case_id: id, place }, signal }),
    decide: (id, action, reason, intent) =>
      call('post', `${cases}/{case_id}/decisions`, { path: { case_id: id }, body: { action, reason }, intent }),
  }
}
