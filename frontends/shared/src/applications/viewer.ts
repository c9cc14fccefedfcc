import { inject, type InjectionKey } from 'vue'

/** Fetches a file of an application in the reader's own role. */
export type ReadAttachment = (applicationId: string, attachmentId: string, signal: AbortSignal) => Promise<Blob>

export const readAttachmentKey: InjectionKey<ReadAttachment> = Symbol('read attachment')

/** How files are read in this portal. */
export function useReadAttachment(): ReadAttachment {
  const read = inject(readAttachmentKey)
  if (!read) throw new Error('the portal says how attachments are read')
  return read
}
