import { onBeforeUnmount, onMounted } from 'vue'

/** Whether a key press belongs to something that is being typed, to a dialog or to the browser. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  const isTaken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey
  return isTaken || Boolean(target?.closest('input, textarea, select, [contenteditable], dialog, [role=dialog]'))
}

/** Calls the handler of a key (in lower case) while the component lives, except when somebody is typing. */
export function useKeys(handlers: Record<string, (event: KeyboardEvent) => void>): void {
  function onKey(event: KeyboardEvent) {
    if (!belongsElsewhere(event)) handlers[event.key.toLowerCase()]?.(event)
  }
  onMounted(() => document.addEventListener('keydown', onKey))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey))
}
