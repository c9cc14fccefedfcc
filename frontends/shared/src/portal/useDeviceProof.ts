import { onScopeDispose, ref, type Ref } from 'vue'
import { call } from '../api/client'
import { ApiProblem } from '../api/problem'
import type { HumanPurpose } from '../api/types'
import { canSolve, solve } from './deviceProof'

export type DevicePhase = 'idle' | 'working' | 'done' | 'unable' | 'failed'

/** The device proves by itself that somebody is there. */
export function useDeviceProof(purpose: HumanPurpose): {
  phase: Ref<DevicePhase>
  /** Part of the puzzle that was tried, 0 to 1. */
  progress: Ref<number>
  /** What the service answered when it gave no puzzle. */
  problem: Ref<ApiProblem | null>
  /** Gives the proof of work; null when it was cancelled or failed, which `phase` says. */
  work: () => Promise<string | null>
  cancel: () => void
} {
  const phase = ref<DevicePhase>('idle')
  const progress = ref(0)
  const problem = ref<ApiProblem | null>(null)
  let running: AbortController | null = null

  async function work(): Promise<string | null> {
    cancel()
    problem.value = null
    if (!canSolve()) {
      phase.value = 'unable'
      return null
    }
    const mine = (running = new AbortController())
    phase.value = 'working'
    progress.value = 0
    try {
      const { signal } = mine
      const { challenge } = await call('post', '/api/v1/captchas/challenges', { body: { purpose }, signal })
      const proof = await solve(challenge, { signal, onProgress: (part) => void (progress.value = part) })
      phase.value = 'done'
      return proof
    } catch (error) {
      if (mine.signal.aborted) return null
      phase.value = 'failed'
      if (error instanceof ApiProblem) problem.value = error
      return null
    }
  }

  function cancel() {
    running?.abort()
    running = null
    phase.value = 'idle'
  }

  onScopeDispose(() => running?.abort())
  return { phase, progress, problem, work, cancel }
}
