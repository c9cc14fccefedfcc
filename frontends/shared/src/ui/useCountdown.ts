import { onScopeDispose, ref, type Ref } from 'vue'

const SECOND = 1000

/** Whole seconds that are left, counted by the clock: a page that slept in the background is right when it wakes. */
export function useCountdown(): { left: Ref<number>; start: (seconds: number) => void } {
  const left = ref(0)
  let end = 0
  let timer: ReturnType<typeof setInterval> | undefined

  function tick() {
    left.value = Math.max(0, Math.ceil((end - Date.now()) / SECOND))
    if (left.value === 0) clearInterval(timer)
  }

  function start(seconds: number) {
    clearInterval(timer)
    end = Date.now() + seconds * SECOND
    timer = setInterval(tick, SECOND)
    tick()
  }

  onScopeDispose(() => clearInterval(timer))
  return { left, start }
}
