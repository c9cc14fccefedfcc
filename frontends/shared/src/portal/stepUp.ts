import { reactive, readonly } from 'vue'
import type { ApiProblem } from '../api/problem'
import type { FactorMethod } from '../api/types'

interface StepUpState {
  /** The ways to prove who is there, while an operation waits for it. */
  methods: FactorMethod[] | null
  phone: string | null
}

const state = reactive<StepUpState>({ methods: null, phone: null })
/** What the step-up dialog asks for; `methods` is null while nothing waits. */
export const stepUp = readonly(state)

let waiting: ((proved: boolean) => void)[] = []

/** Waits until the person has proved once more who they are; false when they gave up. */
export function proveAgain(refusal: ApiProblem): Promise<boolean> {
  const { methods, phone_masked: phone } = refusal.body as { methods?: FactorMethod[]; phone_masked?: string }
  Object.assign(state, { methods: methods?.length ? methods : ['password'], phone: phone ?? null })
  return new Promise((resolve) => waiting.push(resolve))
}

/** Ends the waiting: every operation that waits goes on, or none. */
export function endStepUp(proved: boolean): void {
  state.methods = null
  const resolved = waiting
  waiting = []
  for (const resolve of resolved) resolve(proved)
}
