import { inject, type InjectionKey } from 'vue'
import type { Practice, Registration } from '../api/types'
import { formatDay } from '../formats'
import { texts } from '../texts'

/** Reads the practices of the person whom an application is about, in the reader's own role. */
export type ReadPractices = (signal?: AbortSignal) => Promise<Practice[]>

export const readPracticesKey: InjectionKey<ReadPractices> = Symbol('read practices')

/** How practices are read here; null where nobody chooses among them. */
export function useReadPractices(): ReadPractices | null {
  return inject(readPracticesKey, null)
}

const OVER: readonly Practice['status'][] = ['expired', 'ended', 'cancelled']

/** The additional practices that are not over: in force, not begun, or suspended with the registration. */
export function additionalOf(registrations: readonly Registration[]): Practice[] {
  return registrations
    .flatMap((one) => one.practices)
    .filter((one) => one.kind === 'additional' && !OVER.includes(one.status))
}

/** From when to when a practice lasted or lasts; one that ended early says from which day it no longer counts. */
export function spanOf(practice: Practice): string {
  const { valid_from: from, ended_on: ended } = practice
  return ended ? texts.practiceField.ended(formatDay(from), formatDay(ended)) : periodOf(practice)
}

/** From when to when a practice lasts, both days included. */
export function periodOf({ valid_from: from, valid_to: to }: Practice): string {
  return to ? texts.practiceField.period(formatDay(from), formatDay(to)) : texts.practiceField.from(formatDay(from))
}
