import { reactive, readonly } from 'vue'
import { call, type Realm } from '../api/client'
import { ApiProblem } from '../api/problem'
import type { Account, HumanProof, Me, SecondFactorProof } from '../api/types'

interface SessionState {
  /** `ended` while somebody who was signed in has to sign in again, over the page they are on. */
  phase: 'unknown' | 'out' | 'in' | 'ended'
  account: Account | null
  nextStep: Me['next_step']
}

const state = reactive<SessionState>({ phase: 'unknown', account: null, nextStep: null })
/** Who is signed in. */
export const session = readonly(state)

const TRACE = `registry.signed-in ${import.meta.env.BASE_URL}`

let waiting: ((signedIn: boolean) => void)[] = []

/** Finds out who is signed in. Throws ApiProblem when the service cannot be asked. */
export async function restoreSession(): Promise<void> {
  if (state.phase !== 'unknown') return
  if (!wasSignedIn()) return void (state.phase = 'out')
  try {
    admit(await call('get', '/api/v1/me', {}))
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error
    leave()
  }
}

/** Signs in. Throws ApiProblem; `second_factor_required` names the challenge that `signInWithFactor` answers. */
export async function signIn(realm: Realm, loginName: string, password: string, proof?: HumanProof): Promise<void> {
  const body = { realm, login_name: loginName, password, delivery: 'cookie' as const, ...(proof && { human_proof: proof }) }
  welcome(await call('post', '/api/v1/sessions', { body }))
}

/** Answers the challenge of a sign-in. Throws ApiProblem. */
export async function signInWithFactor(challenge: string, proof: SecondFactorProof, remember: boolean): Promise<void> {
  const body = { challenge, ...proof, remember_device: remember }
  welcome(await call('post', '/api/v1/sessions/second-factor', { body }))
}

/** Somebody has come in, by whatever way. */
export function welcome(me: Me): void {
  const former = state.account?.id
  admit(me)
  // Another person must not go on in the first one's page.
  settle(former === undefined || former === me.account.id)
}

/** The same person, about whom something has changed. */
export function renew(me: Me): void {
  if (state.phase === 'in') admit(me)
}

/** The session is over on the server too: the account was closed. */
export function forget(): void {
  leave()
  settle(false)
}

/** Signs out here; the server's session ends too if it can be reached. */
export async function signOut(): Promise<void> {
  try {
    if (state.phase === 'in') await call('delete', '/api/v1/sessions/current', {})
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
  } finally {
    leave()
    settle(false)
  }
}

/** Waits until the person has signed in again; false when they gave up or nobody was signed in. */
export function signInAgain(): Promise<boolean> {
  if (state.phase !== 'in' && state.phase !== 'ended') return Promise.resolve(false)
  state.phase = 'ended'
  return new Promise((resolve) => waiting.push(resolve))
}

/** Who gave up signing in again stays after all, on a page that would lose something: it still needs the sign-in. */
export function stayEnded(account: Account): void {
  Object.assign(state, { phase: 'ended', account })
}

function admit(me: Me): void {
  Object.assign(state, { phase: 'in', account: me.account, nextStep: me.next_step })
  remember(true)
}

function leave(): void {
  Object.assign(state, { phase: 'out', account: null, nextStep: null })
  remember(false)
}

/**
 * Whether somebody signed in to this portal on this device and did not sign out; only then is the service worth
 * asking. It holds no secret: the session itself is in a cookie that scripts cannot read.
 */
function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(TRACE) !== null
  } catch {
    return true
  }
}

function remember(isIn: boolean): void {
  try {
    if (isIn) localStorage.setItem(TRACE, 'yes')
    else localStorage.removeItem(TRACE)
  } catch {
    // Storage is refused: then the service is asked each time.
  }
}

function settle(signedIn: boolean): void {
  const resolved = waiting
  waiting = []
  for (const resolve of resolved) resolve(signedIn)
}
