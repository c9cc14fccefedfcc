import { ref, shallowRef } from 'vue'
import { Intent } from '../api/intent'
import { ApiProblem } from '../api/problem'
import type { Application, FieldComment } from '../api/types'

export interface Opinion {
  comment: string
  fieldComments: FieldComment[]
}

/** Carries out one action on an application as it was seen; gives the application after it. Throws ApiProblem. */
export type Perform = (action: string, seen: Application, opinion: Opinion, intent: Intent) => Promise<Application>

export interface Change {
  before: Application
  after: Application
}

/**
 * Decides on an application. When somebody else was faster (409, 412) nothing is repeated: the application is read
 * again and `change` says what became of it, so that the person decides on what is there now.
 */
export function useDecision(perform: Perform, read: (id: string) => Promise<Application>) {
  const intent = new Intent()
  const busy = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)
  const change = shallowRef<Change | null>(null)

  /** Gives the application as it is afterwards, or null when the action was refused. */
  async function decide(action: string, seen: Application, opinion: Opinion): Promise<Application | null> {
    busy.value = true
    problem.value = null
    change.value = null
    try {
      return await perform(action, seen, opinion, intent)
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      problem.value = error
      if (error.isOutdated) await show(seen)
      return null
    } finally {
      busy.value = false
    }
  }

  async function show(before: Application) {
    try {
      change.value = { before, after: await read(before.id) }
      problem.value = null
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      problem.value = error
    }
  }

  return { decide, busy, problem, change }
}
