import type { components } from "../api/contract";
import type { Application } from "./office";
import { staffTexts } from "./texts";

type ApplicationType = components["schemas"]["ApplicationTypeRead"];
type FieldSpec = components["schemas"]["FieldSpec"];

/** A field of an application as staff read it. `rows` replaces `text` for a table. */
export interface ReadableField {
  pointer: string;
  label: string;
  text: string;
  rows: { columns: string[]; cells: string[][] } | null;
  wide: boolean;
}

/** The fields of an application in the order of its form, with the labels of its type. */
export function readableFields(type: ApplicationType | undefined, application: Application): ReadableField[] {
  const specs = type?.steps.flatMap((step) => step.fields) ?? [];
  return specs.map((spec) => readable(spec, application));
}

function readable(spec: FieldSpec, application: Application): ReadableField {
  const value = valueAt(application.payload, spec.name);
  const rows = spec.widget === "rows" && Array.isArray(value) && value.length > 0 ? tableOf(spec, value) : null;
  return {
    pointer: `/payload/${spec.name.replaceAll(".", "/")}`,
    label: spec.label,
    text: spec.widget === "institution" ? (application.institution?.name ?? staffTexts.empty) : words(spec, value),
    rows,
    wide: ["rows", "textarea", "checkbox", "statement"].includes(spec.widget),
  };
}

function tableOf(spec: FieldSpec, value: unknown[]): ReadableField["rows"] {
  const columns = spec.columns ?? [];
  return {
    columns: columns.map((column) => column.label),
    cells: value.map((row) => columns.map((column) => words(column, valueAt(row, column.name)))),
  };
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((found, key) => (found as Record<string, unknown> | null)?.[key], value);
}

function words(spec: FieldSpec, value: unknown): string {
  if (typeof value === "boolean") return value ? staffTexts.yes : staffTexts.no;
  if (Array.isArray(value)) return value.length ? JSON.stringify(value) : staffTexts.empty;
  if (value === null || value === undefined || value === "") return staffTexts.empty;
  return spec.options?.find((option) => option.value === String(value))?.label ?? String(value);
}
