/** Upper case, without spaces. */
export function tidyTail(typed: string): string {
  return typed.replace(/\s/g, '').toUpperCase()
}

/** The last six characters of an ID number, or all of it. */
export function isTail(tail: string): boolean {
  return /^(?:\d{5}|\d{17})[\dX]$/.test(tail)
}
