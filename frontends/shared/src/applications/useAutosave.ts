import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { call } from '../api/client'
import { ApiProblem } from '../api/problem'
import type { Application, Payload } from '../api/types'
import { formatTime } from '../formats'
import type { Faults } from './faults'
import { isSameContent, setValueAt, valueAt } from './payload'

const PAUSE_MS = 700

export interface SaveState {
  phase: 'clean' | 'saving' | 'saved' | 'failed'
  /** When it was last saved, as 14:03. */
  time: string
  /** Fields whose format the service refused; everything else was saved. */
  refused: Faults
  problem: ApiProblem | null
}

/**
 * Saves what is filled in, shortly after it changes, one save after the other and each on the version that the one
 * before made. A field with a wrong format does not keep the others from being saved; a lost connection is made up
 * for when it is back. What another window saved meanwhile is never overwritten unasked: it is in `other` then.
 */
export function useAutosave(first: Application, payload: Payload) {
  const application = shallowRef(first)
  const state = ref<SaveState>({ phase: 'clean', time: '', refused: {}, problem: null })
  /** The application as another window or device saved it, until the person says which of the two shall stand. */
  const other = shallowRef<Application | null>(null)
  let stored = JSON.stringify(payload)
  /** What is still as the service refused it; a value that was changed since is not judged yet. */
  const refused = computed<Faults>(() => {
    const sent: Payload = JSON.parse(refusedIn.value)
    const isUnchanged = (pointer: string) => valueAt(payload, pointer) === valueAt(sent, pointer)
    return Object.fromEntries(Object.entries(state.value.refused).filter(([pointer]) => isUnchanged(pointer)))
  })
  const refusedIn = ref('{}')
  /** Sent since the last answer: the service may hold one of them without our knowing. */
  let unanswered: Payload[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> | null = null

  const isDirty = () => JSON.stringify(payload) !== stored

  /** Saves now what is not saved; gives whether everything is. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer)
    while (running) await running
    if (other.value) return false
    if (!isDirty()) return Object.keys(state.value.refused).length === 0
    running = save().finally(() => (running = null))
    return running
  }

  async function save(): Promise<boolean> {
    const sent = JSON.stringify(payload)
    state.value = { ...state.value, phase: 'saving' }
    try {
      await put(JSON.parse(sent))
      finish(sent, {})
      return true
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      if (error.status === 422 && Object.keys(error.errors).length) return saveRest(sent, error.errors)
      state.value = { ...state.value, phase: 'failed', problem: error }
      return false
    }
  }

  /** Saves again with the refused fields as they were last saved. */
  async function saveRest(sent: string, refused: Faults): Promise<boolean> {
    const rest: Payload = JSON.parse(sent)
    for (const pointer of Object.keys(refused)) {
      const before = valueAt(application.value.payload, pointer)
      setValueAt(rest, pointer, before ?? (pointer.endsWith('_id') ? null : ''))
    }
    try {
      await put(rest)
      finish(sent, refused)
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      state.value = { ...state.value, phase: 'failed', refused, problem: error }
    }
    return false
  }

  /** Saves on the newest version. Throws the 412 when another window saved something else, which is in `other` then. */
  async function put(body: Payload): Promise<void> {
    unanswered.push(body)
    try {
      adopt(await patch(body))
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 412 || !recognise(await read())) throw error
      adopt(await patch(body))
    }
  }

  function read(): Promise<Application> {
    const path = { application_id: application.value.id }
    return call('get', '/api/v1/doctor/applications/{application_id}', { path })
  }

  function patch(body: Payload): Promise<Application> {
    const { id, version } = application.value
    return call('patch', '/api/v1/doctor/applications/{application_id}', {
      path: { application_id: id },
      body: { payload: body },
      version,
    })
  }

  function adopt(answer: Application) {
    application.value = answer
    unanswered = []
  }

  /** Takes note of what is stored now. Gives whether it is this window's own work: then its version is no news. */
  function recognise(now: Application): boolean {
    const isOwn = [application.value.payload, ...unanswered].some((one) => isSameContent(one, now.payload))
    if (isOwn) adopt(now)
    else other.value = now
    return isOwn
  }

  /** Takes what the other window saved; what is only in this one is given up. */
  function takeOther() {
    if (!other.value) return
    adopt(other.value)
    other.value = null
    for (const key of Object.keys(payload)) delete payload[key]
    Object.assign(payload, structuredClone(application.value.payload))
    stored = JSON.stringify(payload)
    state.value = { phase: 'clean', time: '', refused: {}, problem: null }
  }

  /** Keeps what is in this window and saves it over the other. Gives whether it is saved. */
  async function keepMine(): Promise<boolean> {
    if (!other.value) return false
    adopt(other.value)
    other.value = null
    stored = JSON.stringify(application.value.payload)
    return flush()
  }

  /** Leaves the question open: nothing is saved, and it comes up again with the next save. */
  function decideLater() {
    other.value = null
  }

  function finish(sent: string, refused: Faults) {
    stored = sent
    refusedIn.value = sent
    state.value = { phase: 'saved', time: formatTime(new Date()), refused, problem: null }
  }

  function schedule() {
    clearTimeout(timer)
    if (isDirty() && !other.value) timer = setTimeout(flush, PAUSE_MS)
  }

  function guard(event: BeforeUnloadEvent) {
    if (isDirty()) event.preventDefault()
  }

  watch(() => payload, schedule, { deep: true })
  window.addEventListener('online', schedule)
  window.addEventListener('beforeunload', guard)
  onScopeDispose(() => {
    clearTimeout(timer)
    window.removeEventListener('online', schedule)
    window.removeEventListener('beforeunload', guard)
  })
  return { application, state, refused, other, flush, isDirty, takeOther, keepMine, decideLater, recognise }
}
