import { texts } from './texts'

const ZONE = 'Asia/Shanghai'
const MINUTE = 60_000
const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** A civil day (`2026-11-23`) or the day of an instant in Asia/Shanghai, as 2026年11月23日. Empty for null. */
export function formatDay(value: string | null | undefined): string {
  if (!value) return ''
  const day = value.length > 10 ? shanghaiDay(value) : value
  const [year = '', month = '', date = ''] = day.split('-')
  return texts.dates.day(year, String(Number(month)), String(Number(date)))
}

/** An instant as 2026年11月23日 14:03, in Asia/Shanghai. Empty for null. */
export function formatMoment(value: string | null | undefined): string {
  return value ? texts.dates.moment(formatDay(value), formatTime(value)) : ''
}

/** The time of an instant in Asia/Shanghai, as 14:03. */
export function formatTime(value: string | Date): string {
  const found = fields(value)
  return `${found.hour}:${found.minute}`
}

/** How long ago an instant was, for use beside the absolute time; empty for more than 30 days. */
export function formatAgo(value: string, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - new Date(value).getTime()) / MINUTE)
  if (minutes < 1) return texts.dates.justNow
  if (minutes < 60) return texts.dates.minutesAgo(minutes)
  const days = daysBetween(shanghaiDay(value), shanghaiDay(now))
  if (days === 0) return texts.dates.hoursAgo(Math.floor(minutes / 60))
  if (days === 1) return texts.dates.yesterday
  return days <= 30 ? texts.dates.daysAgo(days) : ''
}

/** Working days until a deadline in words; negative days are lateness. Empty where there is no deadline. */
export function formatDeadline(workingDaysLeft: number | null): string {
  if (workingDaysLeft === null) return ''
  if (workingDaysLeft < 0) return texts.deadline.late(-workingDaysLeft)
  return workingDaysLeft === 0 ? texts.deadline.today : texts.deadline.left(workingDaysLeft)
}

/** A civil day in Asia/Shanghai as YYYY-MM-DD. */
export function shanghaiDay(value: string | Date): string {
  const found = fields(value)
  return `${found.year}-${found.month}-${found.day}`
}

function daysBetween(earlier: string, later: string): number {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / (24 * 60 * MINUTE))
}

function fields(value: string | Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(new Date(value)).map((part) => [part.type, part.value]))
}
