import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { call } from '../api/client'
import { ApiProblem } from '../api/problem'
import type { Institution } from '../api/types'

const PAUSE_MS = 250
const SHORTEST = 2
const LIMIT = 20

/** Looks institutions up while the person types; an answer to an older word is dropped. */
export function useInstitutionSearch() {
  const word = ref('')
  const found = shallowRef<Institution[] | null>(null)
  const hasMore = ref(false)
  const searching = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let request = new AbortController()

  async function search() {
    const q = word.value.trim()
    const mine = (request = new AbortController())
    searching.value = true
    try {
      const page = await call('get', '/api/v1/institutions', { query: { q, limit: LIMIT }, signal: mine.signal })
      if (mine.signal.aborted) return
      found.value = page.items
      hasMore.value = page.next_cursor !== null
      problem.value = null
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof ApiProblem)) throw error
      problem.value = error
    } finally {
      if (!mine.signal.aborted) searching.value = false
    }
  }

  function stop() {
    clearTimeout(timer)
    request.abort()
    searching.value = false
  }

  watch(word, (next) => {
    stop()
    if (next.trim().length >= SHORTEST) timer = setTimeout(search, PAUSE_MS)
    else found.value = null
  })
  onScopeDispose(stop)
  return { word, found, hasMore, searching, problem, search, stop }
}
