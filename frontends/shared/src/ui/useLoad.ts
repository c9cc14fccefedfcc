import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { ApiProblem } from '../api/problem'

export interface Loaded<T> {
  value: ShallowRef<T | null>
  problem: ShallowRef<ApiProblem | null>
  loading: Ref<boolean>
  reload: () => Promise<void>
}

/**
 * Loads something now and whenever `source` changes; an answer that a newer request has overtaken is dropped.
 * The former value stays until the new one is there.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, source?: () => unknown): Loaded<T> {
  const value = shallowRef<T | null>(null)
  const problem = shallowRef<ApiProblem | null>(null)
  const loading = ref(false)
  let current: AbortController | null = null

  async function reload(): Promise<void> {
    current?.abort()
    const mine = (current = new AbortController())
    loading.value = true
    try {
      const loaded = await load(mine.signal)
      if (mine.signal.aborted) return
      value.value = loaded
      problem.value = null
    } catch (error) {
      if (mine.signal.aborted) return
      if (!(error instanceof ApiProblem)) throw error
      problem.value = error
    } finally {
      if (!mine.signal.aborted) loading.value = false
    }
  }

  onScopeDispose(() => current?.abort())
  if (source) watch(source, reload, { immediate: true, deep: true })
  else void reload()
  return { value, problem, loading, reload }
}
