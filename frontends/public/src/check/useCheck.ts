import { call } from '@registry/shared/api/client'
import { ApiProblem } from '@registry/shared/api/problem'
import type { LicenceVerified } from '@registry/shared/api/types'
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { judge, type Verdict } from './judge'
import { canJudge, refreshKept, useKept } from './kept'
import { Refused, type Reason } from './message'
import { findToken } from './token'

export type Outcome = LicenceVerified['outcome']

/** What a check came to: the register's answer, or what this device found out by itself. */
export type Finding =
  | { by: 'register'; answer: LicenceVerified }
  | { by: 'device'; verdict: Verdict; at: number }
  | { by: 'nobody' }
  | { by: 'reader'; reason: Reason }

const PATIENCE_MS = 8000

export function useCheck(): {
  checking: Ref<boolean>
  finding: ShallowRef<Finding | null>
  /** What keeps even this device from looking, such as too many checks. */
  problem: ShallowRef<ApiProblem | null>
  check: (scanned: string) => Promise<void>
} {
  const checking = ref(false)
  const finding = shallowRef<Finding | null>(null)
  const problem = shallowRef<ApiProblem | null>(null)
  const { keys, lists } = useKept()
  let latest = 0

  async function check(scanned: string): Promise<void> {
    const mine = (latest += 1)
    checking.value = true
    finding.value = null
    problem.value = null
    const found = await find(scanned).catch((error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error
      return error
    })
    if (mine !== latest) return
    checking.value = false
    if (found instanceof ApiProblem) problem.value = found
    else finding.value = found
  }

  async function find(scanned: string): Promise<Finding> {
    let token: string
    try {
      token = findToken(scanned)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { by: 'reader', reason: error.reason }
    }
    try {
      return { by: 'register', answer: await ask(token) }
    } catch (error) {
      const isAway = error instanceof DOMException || (error instanceof ApiProblem && error.isPassing)
      if (!isAway) throw error
      return judgeHere(token)
    }
  }

  async function judgeHere(token: string): Promise<Finding> {
    // The page may have been opened without a network: the service worker has what was kept.
    if (!keys.value) await refreshKept().catch(() => undefined)
    if (!keys.value || !canJudge()) return { by: 'nobody' }
    const at = Date.now()
    return { by: 'device', verdict: await judge(token, keys.value, lists.value, at), at }
  }

  return { checking, finding, problem, check }
}

function ask(token: string): Promise<LicenceVerified> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
  const body = { token }
  return call('post', '/api/v1/licences/verifications', { body, signal: patience.signal }).finally(() =>
    clearTimeout(timer),
  )
}
