import { inject, type InjectionKey } from 'vue'
import type { Realm } from '../api/client'

export const realmKey: InjectionKey<Realm> = Symbol('realm')

/** The realm of the portal that the component is in. */
export function useRealm(): Realm {
  return inject(realmKey, 'doctor')
}
