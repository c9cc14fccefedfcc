import type { FactorMethod } from '../api/types'

/** What a sign-in on an unknown device has to answer. */
export interface Challenge {
  challenge: string
  methods: FactorMethod[]
  phone_masked?: string | null
  expires_at: string
}
