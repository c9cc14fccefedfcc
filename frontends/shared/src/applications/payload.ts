import type { ApplicationType, FieldSpec, Filer, Payload, StepSpec } from '../api/types'
import { formatDay } from '../formats'

/** The JSON pointer under which the service names a field: `form.sex` is `/payload/form/sex`. */
export function pointerOf(field: FieldSpec): string {
  return `/payload/${field.name.split('.').join('/')}`
}

/** The id of a field's control, so that an error summary can lead to it. */
export function controlId(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '-')
}

/** The value at a pointer of `/payload/…`; undefined where nothing is. */
export function valueAt(payload: Payload, pointer: string): unknown {
  return keysOf(pointer).reduce<unknown>(
    (found, key) => (found === null || found === undefined ? undefined : (found as Record<string, unknown>)[key]),
    payload,
  )
}

/** Sets the value at a pointer, making the objects on the way. */
export function setValueAt(payload: Payload, pointer: string, value: unknown): void {
  const keys = keysOf(pointer)
  const last = keys.pop()
  if (last === undefined) return
  let place = payload
  for (const key of keys) {
    if (typeof place[key] !== 'object' || place[key] === null) place[key] = {}
    place = place[key] as Payload
  }
  place[last] = value
}

/** Whether nothing was filled in. */
export function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === undefined || value === null || value === false || (typeof value === 'string' && value.trim() === '')
}

/** Whether two payloads, or two values of one, say the same: an empty value is as good as none. */
export function isSameContent(one: unknown, other: unknown): boolean {
  return JSON.stringify(contentOf(one)) === JSON.stringify(contentOf(other))
}

/** The step and field that a pointer lies in, `/payload/form/work_history/0/from` included. */
export function findField(type: ApplicationType, pointer: string): { step: StepSpec; field: FieldSpec } | null {
  for (const step of type.steps) {
    const field = step.fields.find((one) => pointer === pointerOf(one) || pointer.startsWith(`${pointerOf(one)}/`))
    if (field) return { step, field }
  }
  return null
}

/** The choices of a field that are open to a filer. */
export function optionsFor(field: FieldSpec, filer: Filer): NonNullable<FieldSpec['options']> {
  return (field.options ?? []).filter((option) => !option.filers || option.filers.includes(filer))
}

/** A field's value in words: the label of a choice, the text itself; null for values that need a component. */
export function wordsOf(field: FieldSpec, value: unknown): string | null {
  if (field.options) return field.options.find((option) => option.value === value)?.label ?? String(value ?? '')
  if (['institution', 'practice', 'photo', 'rows', 'checkbox', 'statement'].includes(field.widget)) return null
  if (field.widget === 'date') return formatDay(typeof value === 'string' ? value : null)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function keysOf(pointer: string): string[] {
  return pointer.replace(/^\/payload\//, '').split('/')
}

/** A value as the service keeps it: without what is empty and without blanks around it, its keys in order. */
function contentOf(value: unknown): unknown {
  if (isBlank(value)) return undefined
  if (typeof value === 'string') return value.trim()
  if (Array.isArray(value)) return value.map((item) => contentOf(item) ?? null)
  if (typeof value !== 'object' || value === null) return value
  const filled = Object.entries(value)
    .map(([key, item]) => [key, contentOf(item)] as const)
    .filter(([, item]) => item !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return filled.length ? Object.fromEntries(filled) : undefined
}
