import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Office, QueueFilter } from './office'
import { staffTexts } from './texts'

const EVERY_STATUS = 'all'
const LONGEST_NAME = 40

/** Statuses that staff ever see, in the order of the workflow; a draft is its author's. */
export const STAFF_STATUSES = Object.keys(staffTexts.statuses) as (keyof typeof staffTexts.statuses)[]

/** The filter that an address names; what it does not name is the queue's default. */
export function filterFromAddress(query: LocationQuery, office: Office): QueueFilter {
  const status = wordOf(query.status)
  const named = STAFF_STATUSES.find((one) => one === status) ?? office.waiting[0]
  return {
    status: status === EVERY_STATUS ? null : named,
    name: wordOf(query.name).slice(0, LONGEST_NAME),
    overdue: wordOf(query.overdue) === '1',
    order: wordOf(query.order) === 'newest' ? 'newest' : 'deadline',
    cursor: wordOf(query.cursor) || null,
  }
}

/** The address of a filter, defaults left out, so that the plain address is the plain queue. */
export function addressOfFilter(filter: QueueFilter, office: Office): LocationQueryRaw {
  const address: LocationQueryRaw = {}
  if (filter.status !== office.waiting[0]) address.status = filter.status ?? EVERY_STATUS
  if (filter.name) address.name = filter.name
  if (filter.overdue) address.overdue = '1'
  if (filter.order !== 'deadline') address.order = filter.order
  if (filter.cursor) address.cursor = filter.cursor
  return address
}

function wordOf(value: LocationQuery[string] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
