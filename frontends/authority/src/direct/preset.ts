import type { Payload, Practitioner } from '@registry/shared/api/types.ts'
import { formatDay } from '@registry/shared/formats.ts'
import type { LocationQuery, RouteLocationRaw } from 'vue-router'
import { texts } from '../texts'

const DEREGISTRATION = 'deregistration'
/** 中止医师执业活动满二年 (医师法 17). */
const STOPPED_TWO_YEARS = '07'

/** What a link has chosen already: the person, by an id that says nothing; and maybe the type (else empty) and a reason. */
export interface Preset {
  practitioner: string
  type: string
  payload: Payload
}

/** 直接办理 of the 注销 of somebody whose 备案 is older than two years. */
export function placeOfDeregistration(practitioner: string): RouteLocationRaw {
  return { name: 'direct', query: { practitioner, type: DEREGISTRATION, reason: STOPPED_TWO_YEARS } }
}

/** Reads the query of such a link; null for any other. */
export function presetOf({ practitioner, type, reason }: LocationQuery): Preset | null {
  if (typeof practitioner !== 'string') return null
  return { practitioner, type: typeof type === 'string' ? type : '', payload: typeof reason === 'string' ? { reason_code: reason } : {} }
}

/** The beginning of the reasons for the 注销 of a 备案 that has run out, from the register; else nothing. */
export function reasonFor(preset: Preset | null, person: Practitioner): string {
  const [held] = person.registrations
  if (preset?.payload.reason_code !== STOPPED_TWO_YEARS || held?.status !== 'filed') return ''
  return texts.direct.filedReason(formatDay(held.status_since))
}
