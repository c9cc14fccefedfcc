import { call } from '@registry/shared/api/client'
import { renew } from '@registry/shared/portal/session'

/** Asks anew who is signed in and what comes next. Throws ApiProblem. */
export async function reloadMe(): Promise<void> {
  renew(await call('get', '/api/v1/me', {}))
}
