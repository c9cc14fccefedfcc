import { call } from '../api/client'
import type { ApplicationType } from '../api/types'
import { useLoad, type Loaded } from '../ui/useLoad'

let known: ApplicationType[] | null = null

/** The seven types with their fields; asked for once, for they change with a release only. */
export async function listTypes(signal?: AbortSignal): Promise<ApplicationType[]> {
  known ??= await call('get', '/api/v1/application-types', { signal })
  return known
}

/** The types, as a page loads them. */
export function useTypes(): Loaded<ApplicationType[]> {
  return useLoad(listTypes)
}
