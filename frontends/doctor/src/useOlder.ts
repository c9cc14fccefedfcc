import { ApiProblem } from '@registry/shared/api/problem'
import { useLoad } from '@registry/shared/ui/useLoad'
import { shallowRef } from 'vue'

interface Page<T> {
  items: T[]
  next_cursor?: string | null
}

/** A list, the newest first, that grows by a page of older ones at a time. */
export function useOlder<T, P extends Page<T>>(load: (cursor: string | undefined, signal?: AbortSignal) => Promise<P>) {
  const page = useLoad((signal) => load(undefined, signal))
  /** Why the older ones could not be loaded; what is there stays. */
  const problem = shallowRef<ApiProblem | null>(null)

  async function loadOlder() {
    const known = page.value.value
    if (!known?.next_cursor) return
    try {
      const older = await load(known.next_cursor)
      page.value.value = { ...older, items: [...known.items, ...older.items] }
      problem.value = null
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      problem.value = error
    }
  }

  return { page, problem, loadOlder }
}
