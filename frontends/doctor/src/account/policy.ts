import { callAhead } from '@registry/shared/api/client'

export interface Policy {
  version: string
  text: string
}

/** The privacy policy in force. Throws ApiProblem. */
export function readPolicy(signal?: AbortSignal): Promise<Policy> {
  return callAhead<Policy>('get', '/api/v1/privacy-policy', { signal })
}
