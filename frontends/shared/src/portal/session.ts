import { reactive, readonly } from 'vue'
import { call, type Realm } from '../api/client'
import { ApiProblem } from '../api/problem'
import type { Account, Me } from '../api/types'

interface SessionState {
  /** `ended` while somebody who was signed in has to sign in again, over the page they are on. */
  phase: 'unknown' | 'out' | 'in' | 'ended'
  account: Account | null
  nextStep: Me['next_step']
}

const state = reactive<SessionState>({ phase: 'unknown', account: null, nextStep: null })
/** Who is signed in. */
export const session = readonly(state)

let waiting: ((signedIn: boolean) => void)[] = []

/** Finds out who is signed in. Throws ApiProblem when the service cannot be asked. */
export async function restoreSession(): Promise<void> {
  if (state.phase !== 'unknown') return
  try {
    admit(await call('get', '/api/v1/me', {}))
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error
    state.phase = 'out'
  }
}

/** Signs in. Throws ApiProblem. */
export async function signIn(realm: Realm, loginName: string, password: string): Promise<void> {
  const former = state.account?.id
  const body = { realm, login_name: loginName, password, delivery: 'cookie' as const }
  const answer = await call('post', '/api/v1/sessions', { body })
  admit(answer)
  // Another person must not go on in the first one's page.
  settle(former === undefined || former === answer.account.id)
}

/** Signs out here; the server's session ends too if it can be reached. */
export async function signOut(): Promise<void> {
  try {
    if (state.phase === 'in') await call('delete', '/api/v1/sessions/current', {})
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
  } finally {
    Object.assign(state, { phase: 'out', account: null, nextStep: null })
    settle(false)
  }
}

/** Waits until the person has signed in again; false when they gave up or nobody was signed in. */
export function signInAgain(): Promise<boolean> {
  if (state.phase !== 'in' && state.phase !== 'ended') return Promise.resolve(false)
  state.phase = 'ended'
  return new Promise((resolve) => waiting.push(resolve))
}

function admit(me: Me): void {
  Object.assign(state, { phase: 'in', account: me.account, nextStep: me.next_step })
}

function settle(signedIn: boolean): void {
  const resolved = waiting
  waiting = []
  for (const resolve of resolved) resolve(signedIn)
}
