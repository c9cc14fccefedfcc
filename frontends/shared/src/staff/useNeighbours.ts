import { computed, type ComputedRef } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { ApplicationPage } from '../api/types'
import { useLoad, type Loaded } from '../ui/useLoad'
import { useOffice, type QueueFilter } from './office'
import { placeOfFilter, useQueueFilter } from './queueFilter'

export const ROWS_A_PAGE = 20

export interface Neighbours {
  previous: ComputedRef<RouteLocationRaw | null>
  next: ComputedRef<RouteLocationRaw | null>
  /** Where the case stands in its page of the queue, from 1; 0 when it is not in it. */
  position: ComputedRef<number>
  count: ComputedRef<number>
  queue: ComputedRef<RouteLocationRaw>
}

interface Reach {
  filter: QueueFilter
  page: ApplicationPage
  /** First row of the page after this one. */
  beyond: string | null
}

/**
 * The cases before and after the open one, in the queue that it was opened from. The queue is read as each case is
 * opened and not when it is decided, so that a decided case still has its successor.
 */
export function useNeighbours(id: () => string): Neighbours {
  const office = useOffice()
  const filter = useQueueFilter()
  const reach: Loaded<Reach> = useLoad(read, () => [id(), filter.value])
  const ids = computed(() => reach.value.value?.page.items.map((row) => row.id) ?? [])
  const index = computed(() => ids.value.indexOf(id()))

  async function read(signal: AbortSignal): Promise<Reach> {
    const asked = filter.value
    const page = await office.list(asked, ROWS_A_PAGE, signal)
    const after = page.next_cursor ? await office.list({ ...asked, cursor: page.next_cursor }, 1, signal) : null
    return { filter: asked, page, beyond: after?.items[0]?.id ?? null }
  }

  function place(caseId: string | undefined, cursor = filter.value.cursor): RouteLocationRaw | null {
    if (!caseId) return null
    return { name: 'case', params: { id: caseId }, ...placeOfFilter({ ...filter.value, cursor }, office) }
  }

  return {
    previous: computed(() => (index.value > 0 ? place(ids.value[index.value - 1]) : null)),
    next: computed(() => {
      const found = reach.value.value
      if (!found) return null
      // Somebody who came by a notice stands outside the queue: its first case is the next one.
      if (index.value + 1 < ids.value.length) return place(ids.value[index.value + 1])
      return found.beyond ? place(found.beyond, found.page.next_cursor) : null
    }),
    position: computed(() => index.value + 1),
    count: computed(() => ids.value.length),
    queue: computed(() => ({ name: 'queue', ...placeOfFilter(filter.value, office) })),
  }
}
