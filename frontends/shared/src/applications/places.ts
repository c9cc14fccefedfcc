import type { ApplicationType } from '../api/types'
import { texts } from '../texts'

/** An address with its district in front, unless it says so itself. */
export function placeOf({ division_name: division, address }: { division_name: string; address: string }): string {
  return address.includes(division) ? address : `${division} ${address}`
}

/** What the institution of an application is to it: the one that the applicant chose, or the one that reviews. */
export function institutionLabelOf(type: ApplicationType | null): string {
  const fields = type?.steps.flatMap((step) => step.fields) ?? []
  const isChosen = fields.some((field) => field.widget === 'institution')
  return isChosen ? texts.application.institution : texts.application.reviewer
}
