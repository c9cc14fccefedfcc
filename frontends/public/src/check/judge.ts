import { Refused, type Keys, type Reason } from './message'
import { statusAt, TIME_TO_LIVE_MS, type ListedStatus, type StatusList } from './statusList'
import { findToken, verifyToken, type LicenceClaims, type PresentationClaims } from './token'

/** What comes of a code without asking the register; the service's own verifier says the same (`licences/offline.py`). */
export interface Verdict {
  /**
   * `shown`: a 亮照 of less than thirty seconds ago. `unchecked`: genuine; whether it has ended is not known, or was
   * not when an old list was made.
   */
  outcome: ListedStatus | 'shown' | 'unchecked' | 'expired' | 'refused'
  reason: Reason | null
  claims: LicenceClaims | PresentationClaims | null
  /** When the status list was made that knows this licence, in milliseconds. */
  listIssuedAt: number | null
}

/** `lists` are those at hand, their signatures checked; `now` in milliseconds. Throws nothing of its own. */
export async function judge(scanned: string, keys: Keys, lists: readonly StatusList[], now: number): Promise<Verdict> {
  try {
    const claims = await verifyToken(findToken(scanned), keys, now)
    if (claims.kind === 'presentation') return { outcome: 'shown', reason: null, claims, listIssuedAt: null }
    return ofTheList(claims, lists, now)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const outcome = error.reason === 'expired' ? 'expired' : 'refused'
    return { outcome, reason: error.reason, claims: null, listIssuedAt: null }
  }
}

function ofTheList(claims: LicenceClaims, lists: readonly StatusList[], now: number): Verdict {
  const list = lists.find((one) => one.uri === claims.statusUri)
  const status = list ? statusAt(list, claims.statusIndex) : null
  if (!list || !status) return { outcome: 'unchecked', reason: null, claims, listIssuedAt: null }
  // What has ended in an old list has ended; what had not may have by now.
  const isOld = now - list.issuedAt > TIME_TO_LIVE_MS
  const outcome = status === 'valid' && isOld ? 'unchecked' : status
  return { outcome, reason: null, claims, listIssuedAt: list.issuedAt }
}
