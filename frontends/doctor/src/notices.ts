import { call } from '@registry/shared/api/client'
import { ApiProblem } from '@registry/shared/api/problem'
import { session } from '@registry/shared/portal/session'
import { ref } from 'vue'

/** Unread notices, for the header; the pages that read or mark them keep it right. */
export const unreadNotices = ref(0)

/** Asks how many notices are unread. A failure leaves the number as it is: it is only an ornament. */
export async function countUnread(): Promise<void> {
  // On the way out there is nobody left to count for.
  if (session.phase !== 'in') return
  try {
    unreadNotices.value = (await call('get', '/api/v1/me/notices', { query: { limit: 1 } })).unread
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
  }
}
