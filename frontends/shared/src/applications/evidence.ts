import { inject, type InjectionKey } from 'vue'
import type { Intent } from '../api/intent'
import type { Application } from '../api/types'

/** What the reader of this portal does with the proofs (证明材料) of an application. Operations reject with ApiProblem. */
export interface EvidenceFiles {
  /** Whether the reader may add one now. */
  canAdd(application: Application): boolean
  add(id: string, name: string, file: Blob, intent: Intent): Promise<unknown>
  /** Whether the reader may delete what they added. */
  canRemove(application: Application): boolean
  remove(id: string, attachmentId: string): Promise<unknown>
  /** Who the reader is to `uploaded_by`. */
  realm: Application['attachments'][number]['uploaded_by']
  read(id: string): Promise<Application>
}

export const evidenceFilesKey: InjectionKey<EvidenceFiles> = Symbol('evidence files')

/** How proofs are kept in this portal. */
export function useEvidenceFiles(): EvidenceFiles {
  const files = inject(evidenceFilesKey)
  if (!files) throw new Error('the portal says how proofs are kept')
  return files
}
