import { onBeforeUnmount, onMounted } from "vue";

/** Whether a key press belongs to something that is being typed or to the browser. */
export function belongsElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return (
    event.defaultPrevented ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    target?.closest("input, textarea, select, [contenteditable], dialog, [role=dialog]") != null
  );
}

/** Calls the handler of a key (lower case) while the component lives, except when somebody is typing. */
export function useKeys(handlers: Record<string, (event: KeyboardEvent) => void>): void {
  function onKey(event: KeyboardEvent): void {
    if (belongsElsewhere(event)) return;
    const key = event.key.toLowerCase();
    if (Object.hasOwn(handlers, key)) handlers[key]?.(event);
  }
  onMounted(() => document.addEventListener("keydown", onKey));
  onBeforeUnmount(() => document.removeEventListener("keydown", onKey));
}
