import type { ApplicationType, FieldSpec, Payload, StepSpec } from '../api/types'
import { texts } from '../texts'
import type { FaultyField } from '../ui/ErrorSummary.vue'
import { controlId, findField, isBlank, pointerOf, valueAt } from './payload'

/** JSON pointer to message. */
export type Faults = Record<string, string>

/** What a step still lacks by its description. The service judges again; this only answers sooner. */
export function missingIn(step: StepSpec, payload: Payload): Faults {
  const faults: Faults = {}
  for (const field of step.fields) {
    const pointer = pointerOf(field)
    const value = valueAt(payload, pointer)
    if (field.required && isBlank(value)) faults[pointer] = missingMessage(field)
    if (field.widget !== 'rows' || !Array.isArray(value)) continue
    value.forEach((row: Payload, index) => {
      for (const column of field.columns ?? []) {
        if (column.required && isBlank(row[column.name]))
          faults[`${pointer}/${index}/${column.name}`] = missingMessage(column)
      }
    })
  }
  return faults
}

/** Faults as the error summary shows them: in the order of the form, each with its field's name. */
export function listFaults(faults: Faults, type: ApplicationType): FaultyField[] {
  const order = type.steps.flatMap((step) => step.fields.map(pointerOf))
  const rank = (pointer: string) => order.findIndex((one) => pointer === one || pointer.startsWith(`${one}/`))
  return Object.entries(faults)
    .sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other, 'en', { numeric: true }))
    .map(([pointer, message]) => ({ id: controlId(pointer), message: named(type, pointer, message) }))
}

/** Prefixes a general message of the service ("请填写此项。") with the field that it is about. */
function named(type: ApplicationType, pointer: string, message: string): string {
  const field = findField(type, pointer)?.field
  if (!field || message.includes(field.label) || message === missingMessage(field)) return message
  const [, row] = new RegExp(`^${pointerOf(field)}/(\\d+)`).exec(pointer) ?? []
  const place = row === undefined ? field.label : texts.form.row(field.label, Number(row) + 1)
  return `${place}：${message}`
}

function missingMessage(field: FieldSpec): string {
  if (field.widget === 'checkbox') return texts.form.requiredDeclaration
  const chosen = ['select', 'date', 'institution', 'practice', 'photo'].includes(field.widget)
  return chosen ? texts.form.requiredChoice(field.label) : texts.form.required(field.label)
}
