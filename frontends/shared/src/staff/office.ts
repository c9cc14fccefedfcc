import { inject, type InjectionKey } from 'vue'
import type { Application, ApplicationPage, CaseNotes, Colleagues, Filer, Status, Summary } from '../api/types'
import type { Realm } from '../api/client'
import type { Intent } from '../api/intent'
import type { EvidenceFiles } from '../applications/evidence'
import type { Perform } from '../applications/useDecision'

/** Which applications a list shows; `status` null is every status. */
export interface QueueFilter {
  status: Status | null
  /** Beginning of the applicant's name; empty for everybody. */
  name: string
  /** A whole 受理号; empty for every case. */
  number: string
  overdue: boolean
  /** Who began it; null for everybody. */
  filer: Filer | null
  /** Whose it is: the reader's (`me`), `nobody`'s, or a colleague's by the account's id; null for everybody's. */
  assignee: string | null
  order: 'deadline' | 'newest'
  cursor: string | null
}

/**
 * The desk that a staff portal works at. Institutions endorse, authorities approve; their pages are the same.
 * Operations reject with ApiProblem.
 */
export interface Office {
  realm: Realm
  /** Statuses in which an application lies on this desk; the first is what the queue shows by default. */
  waiting: readonly [Status, ...Status[]]
  /** The manual's word on the button that opens a case. */
  openVerb: string
  summarise(signal?: AbortSignal): Promise<Summary>
  list(filter: QueueFilter, limit: number, signal?: AbortSignal): Promise<ApplicationPage>
  read(id: string, signal?: AbortSignal): Promise<Application>
  /** The printed form, for types that have one. */
  readForm(id: string): Promise<Blob>
  decide: Perform
  /** To whom of the office a case can be given. */
  listColleagues(signal?: AbortSignal): Promise<Colleagues>
  /** Gives a case to somebody of the office, or to nobody; `insteadOf` is who had it when the caller looked. */
  assign(id: string, accountId: string | null, insteadOf: string | null): Promise<Application>
  /** What colleagues of the office noted on a case. */
  listNotes(id: string, signal?: AbortSignal): Promise<CaseNotes>
  addNote(id: string, text: string, intent: Intent): Promise<CaseNotes>
  evidence: EvidenceFiles
  readAttachment(applicationId: string, attachmentId: string, signal: AbortSignal): Promise<Blob>
}

export const officeKey: InjectionKey<Office> = Symbol('office')

/** The office of the portal that the component is in. */
export function useOffice(): Office {
  const office = inject(officeKey)
  if (!office) throw new Error('the portal says which office it serves')
  return office
}
