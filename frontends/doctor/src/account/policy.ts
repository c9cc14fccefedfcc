import { call } from '@registry/shared/api/client'

export interface Policy {
  version: string
  text: string
}

/** The privacy policy in force. Throws ApiProblem. */
export function readPolicy(signal?: AbortSignal): Promise<Policy> {
  return call('get', '/api/v1/privacy-policy', { signal })
}
