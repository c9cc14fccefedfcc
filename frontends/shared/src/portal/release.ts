const KEY = 'registry.reloaded-for'
const CHUNK_FAULT = /dynamically imported module|importing a module script|preload css/i

/** Whether a page's own files could not be fetched. */
export function isMissingFile(error: unknown): boolean {
  return error instanceof Error && CHUNK_FAULT.test(error.message)
}

/**
 * After a release the page in an old tab asks for files that are gone. Loading the page anew gets the new ones; a
 * second failure for the same place is another fault and is left to be seen. Gives whether to load `place` anew.
 */
export function needsFreshPage(error: unknown, place: string): boolean {
  if (!isMissingFile(error)) return false
  try {
    if (sessionStorage.getItem(KEY) === place) return false
    sessionStorage.setItem(KEY, place)
    return true
  } catch {
    // Without storage nothing would end a loop of reloads.
    return false
  }
}

/** A page has come up: the next failure is a new one. */
export function noteArrival(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was stored.
  }
}
