import type { ReadableField } from "./formFields";
import type { Application } from "./office";
import { staffTexts } from "./texts";

/** An application together with its fields as they were shown. */
export interface Shown {
  application: Application;
  fields: ReadableField[];
}

/** What differs between the case a person was looking at and the case as it is now, in sentences. */
export function describeChanges(before: Shown, after: Shown): string[] {
  const [old, now] = [before.application, after.application];
  const known = new Set(old.timeline.map((step) => step.id));
  const changes = now.timeline
    .filter((step) => !known.has(step.id))
    .map((step) => staffTexts.change.step(step.office, step.actor_name, step.title));
  if (old.status !== now.status) changes.push(staffTexts.change.status(old.status_title, now.status_title));
  if (old.payload.photo_id !== now.payload.photo_id) changes.push(staffTexts.change.photo);
  const shown = new Map(before.fields.map((field) => [field.pointer, field]));
  for (const field of after.fields) {
    const earlier = shown.get(field.pointer);
    if (earlier && earlier.label && field.pointer !== "/payload/photo_id" && earlier.text !== field.text)
      changes.push(staffTexts.change.field(field.label, earlier.text, field.text));
  }
  return changes.length ? changes : [staffTexts.change.unknown];
}
