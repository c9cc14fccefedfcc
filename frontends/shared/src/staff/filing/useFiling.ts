import { computed, reactive, ref, shallowRef } from 'vue'
import { Intent } from '../../api/intent'
import { ApiProblem } from '../../api/problem'
import type { Application, ApplicationType, Check, Payload, StepSpec } from '../../api/types'
import { listFaults, missingIn, type Faults } from '../../applications/faults'
import type { FaultyField } from '../../ui/ErrorSummary.vue'
import { staffTexts } from '../texts'

/** The steps that staff fill in: the person's photo and printable form are not theirs to write. */
export function staffSteps(type: ApplicationType | null): StepSpec[] {
  return (type?.steps ?? [])
    .map((step) => ({
      ...step,
      // Its title names the photo as well.
      title: step.fields.some((one) => one.widget === 'photo') ? staffTexts.filing.step : step.title,
      fields: step.fields.filter((one) => one.widget !== 'photo' && !one.name.startsWith('form.')),
    }))
    .filter((step) => step.fields.length > 0)
}

/** What staff fill in to start or correct an application themselves, and what the service says to it. */
export function useFiling(type: () => ApplicationType | null, first: Payload = {}) {
  const intent = new Intent()
  const payload = reactive<Payload>(structuredClone(first))
  const faults = ref<Faults>({})
  const summary = shallowRef<FaultyField[]>([])
  const attempt = ref(0)
  const busy = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)
  const steps = computed(() => staffSteps(type()))
  /** Preconditions that failed, with their legal basis and what to do. */
  const failing = computed<Check[]>(() =>
    ((problem.value?.body.checks as Check[] | undefined) ?? []).filter((check) => !check.passed),
  )

  function point(found: Faults): boolean {
    const known = type()
    faults.value = found
    attempt.value += 1
    summary.value = known ? listFaults(found, known) : []
    return summary.value.length > 0
  }

  /** Whether everything is there; `others` are faults outside the payload, by pointer. */
  function isComplete(others: Faults): boolean {
    problem.value = null
    return !point(Object.assign({}, ...steps.value.map((step) => missingIn(step, payload)), others))
  }

  /** Sends what is complete; gives the application, or null when it was refused. */
  async function send(perform: (intent: Intent) => Promise<Application>): Promise<Application | null> {
    busy.value = true
    problem.value = null
    try {
      return await perform(intent)
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      if (error.status !== 422 || !point(error.errors)) problem.value = error
      return null
    } finally {
      busy.value = false
    }
  }

  /** Another type has other fields. */
  function restart(): void {
    for (const key of Object.keys(payload)) delete payload[key]
    faults.value = {}
    summary.value = []
    problem.value = null
  }

  return { payload, faults, summary, attempt, busy, problem, failing, steps, isComplete, send, restart }
}

export type Filing = ReturnType<typeof useFiling>
