import { computed, type ComputedRef } from 'vue'
import { useRoute, type HistoryState, type LocationQuery, type LocationQueryRaw } from 'vue-router'
import { useOffice, type Office, type QueueFilter } from './office'
import { staffTexts } from './texts'

const EVERY_STATUS = 'all'
export const LONGEST_WORD = 40

/** Statuses that staff ever see, in the order of the workflow; a draft is its author's. */
export const STAFF_STATUSES = Object.keys(staffTexts.statuses) as (keyof typeof staffTexts.statuses)[]

/** Who can begin an application. */
export const FILERS = Object.keys(staffTexts.filers) as (keyof typeof staffTexts.filers)[]

/** A queue that nothing narrows; `status` is the desk's. */
export const PLAIN = {
  name: '',
  number: '',
  overdue: false,
  filer: null,
  assignee: null,
  order: 'deadline',
  cursor: null,
} as const satisfies Omit<QueueFilter, 'status'>

/** The filter of the page that is open. */
export function useQueueFilter(): ComputedRef<QueueFilter> {
  const office = useOffice()
  const route = useRoute()
  // The query is another object after each navigation, also where two pages differ in the name alone.
  return computed(() => filterAt(route.query, window.history.state as HistoryState | null, office))
}

/** What an address and its entry in the history say; what they do not name is the queue's default. */
function filterAt(query: LocationQuery, kept: HistoryState | null, office: Office): QueueFilter {
  const status = wordOf(query.status)
  const named = STAFF_STATUSES.find((one) => one === status) ?? office.waiting[0]
  return {
    status: status === EVERY_STATUS ? null : named,
    name: typeof kept?.applicant === 'string' ? kept.applicant : '',
    number: wordOf(query.number).slice(0, LONGEST_WORD),
    overdue: wordOf(query.overdue) === '1',
    filer: FILERS.find((one) => one === wordOf(query.filer)) ?? null,
    assignee: wordOf(query.assignee) || null,
    order: wordOf(query.order) === 'newest' ? 'newest' : 'deadline',
    cursor: wordOf(query.cursor) || null,
  }
}

/**
 * Where a filter leads, defaults left out, so that the plain address is the plain queue. Names of persons stay out of
 * addresses, which get into logs and messages: the browser keeps them with the entry of its history, for Back.
 */
export function placeOfFilter(filter: QueueFilter, office: Office): { query: LocationQueryRaw; state: HistoryState } {
  const query: LocationQueryRaw = {}
  if (filter.status !== office.waiting[0]) query.status = filter.status ?? EVERY_STATUS
  if (filter.number) query.number = filter.number
  if (filter.overdue) query.overdue = '1'
  if (filter.filer) query.filer = filter.filer
  if (filter.assignee) query.assignee = filter.assignee
  if (filter.order !== 'deadline') query.order = filter.order
  if (filter.cursor) query.cursor = filter.cursor
  return { query, state: filter.name ? { applicant: filter.name } : {} }
}

function wordOf(value: LocationQuery[string] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
