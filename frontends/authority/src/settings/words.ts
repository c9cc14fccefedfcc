import type { SettingPeriod } from '@registry/shared/api/types.ts'
import { formatDay } from '@registry/shared/formats.ts'
import { texts as shared } from '@registry/shared/texts/index.ts'
import { texts } from './texts'

/** What is settled, in words. */
export const valueOf = (value: boolean) => (value ? shared.common.yes : shared.common.no)

/** Both days of a period, or the first where it has no end. */
export function spanOf(period: SettingPeriod): string {
  const first = formatDay(period.valid_from)
  return period.valid_to ? texts.span(first, formatDay(period.valid_to)) : texts.from(first)
}
