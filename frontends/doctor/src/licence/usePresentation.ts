import { call } from '@registry/shared/api/client'
import { ApiProblem } from '@registry/shared/api/problem'
import type { Presentation } from '@registry/shared/api/types'
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

const SECOND = 1000
const RETRY = 3 * SECOND
/** A telephone that is put away with its page open goes on showing nobody anything. */
const LONGEST = 5 * 60 * SECOND

export interface Showing {
  /** What is shown now; null when there is no code that lives. */
  shown: ComputedRef<Presentation | null>
  /** Seconds that the code still lives. */
  left: Ref<number>
  problem: ShallowRef<ApiProblem | null>
  paused: Ref<boolean>
  start: () => void
}

/**
 * 亮照: asks for a code, and for the next one before it dies, as long as the page is looked at. Without an answer the
 * code disappears when it dies, and asking goes on; a refusal ends it.
 */
export function usePresentation(licenceId: string): Showing {
  const current = shallowRef<Presentation | null>(null)
  const problem = shallowRef<ApiProblem | null>(null)
  const left = ref(0)
  const paused = ref(false)
  let begun = 0
  let dies = 0
  let due = 0
  let request: AbortController | null = null

  function tick() {
    const now = Date.now()
    left.value = Math.max(0, Math.ceil((dies - now) / SECOND))
    if (left.value === 0) current.value = null
    if (now - begun > LONGEST) stop()
    if (!paused.value && !document.hidden && !request && now >= due) void ask()
  }

  function stop() {
    request?.abort()
    paused.value = true
    current.value = null
  }

  async function ask() {
    const mine = (request = new AbortController())
    try {
      const path = { licence_id: licenceId }
      const answer = await call('post', '/api/v1/doctor/licences/{licence_id}/presentation', { path, signal: mine.signal })
      const now = Date.now()
      dies = now + answer.expires_in_seconds * SECOND
      due = now + answer.refresh_after_seconds * SECOND
      current.value = answer
      problem.value = null
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof ApiProblem)) throw error
      problem.value = error
      due = Date.now() + Math.max(RETRY, error.retryAfter * SECOND)
      // A refusal is no matter of time: what is on the screen is not true any more.
      if (!error.isPassing) stop()
    } finally {
      if (request === mine) request = null
    }
    tick()
  }

  function start() {
    begun = Date.now()
    due = 0
    paused.value = false
    problem.value = null
    tick()
  }

  function atOnce() {
    due = 0
    tick()
  }

  const timer = setInterval(tick, SECOND / 4)
  window.addEventListener('online', atOnce)
  document.addEventListener('visibilitychange', tick)
  onScopeDispose(() => {
    clearInterval(timer)
    request?.abort()
    window.removeEventListener('online', atOnce)
    document.removeEventListener('visibilitychange', tick)
  })
  start()
  return { shown: computed(() => current.value), left, problem, paused, start }
}
