import { computed, ref, shallowRef, useId, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { ApiProblem } from '../api/problem'
import type { FaultyField } from './ErrorSummary.vue'

export type Faults<F extends string> = Partial<Record<F, string>>

export interface Form<F extends string> {
  id: (field: F) => string
  /** What is wrong with a field; empty when nothing is. */
  fault: (field: F) => string
  summary: ComputedRef<FaultyField[]>
  /** What the service answered that belongs to no field. */
  problem: ShallowRef<ApiProblem | null>
  busy: Ref<boolean>
  /** Grows with each failure, so that each takes the focus. */
  attempt: Ref<number>
  /** Sends unless something is found wrong; true when the service agreed. Other errors are thrown. */
  submit: (found: Faults<F>, send: () => Promise<unknown>) => Promise<boolean>
}

/**
 * The state of one form. `fields` are in the order of the page; an answer's pointer `/phone` belongs to the field
 * `phone`. What was typed is never touched.
 */
export function useForm<F extends string>(fields: readonly F[]): Form<F> {
  const prefix = useId()
  const faults = ref<Record<string, string>>({})
  const problem = shallowRef<ApiProblem | null>(null)
  const busy = ref(false)
  const attempt = ref(0)
  const id = (field: F) => `${prefix}-${field}`

  const summary = computed(() =>
    fields.filter((field) => faults.value[field]).map((field) => ({ id: id(field), message: faults.value[field]! })),
  )

  async function submit(found: Faults<F>, send: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    problem.value = null
    faults.value = { ...found } as Record<string, string>
    if (summary.value.length > 0) return fail()
    busy.value = true
    try {
      await send()
      return true
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      faults.value = byField(error)
      if (summary.value.length === 0) problem.value = error
      return fail()
    } finally {
      busy.value = false
    }
  }

  function fail(): false {
    attempt.value += 1
    return false
  }

  function byField(error: ApiProblem): Record<string, string> {
    const found: Record<string, string> = {}
    for (const [pointer, message] of Object.entries(error.errors)) {
      const field = pointer.split('/')[1] ?? ''
      found[field] ??= message
    }
    return found
  }

  return { id, fault: (field) => faults.value[field] ?? '', summary, problem, busy, attempt, submit }
}
