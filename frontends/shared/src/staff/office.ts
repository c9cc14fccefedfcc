import { inject, type InjectionKey } from "vue";
import type { components } from "../api/contract";

type Schemas = components["schemas"];
export type Application = Schemas["ApplicationRead"];
export type ApplicationRow = Schemas["ApplicationSummary"];
export type ApplicationPage = Schemas["ApplicationPage"];
export type AvailableAction = Schemas["AvailableAction"];
export type FieldComment = Schemas["FieldComment"];
export type Status = ApplicationRow["status"];
export type Summary = Schemas["Summary"];

/** Which applications a list shows; `status` null is every status. */
export interface QueueFilter {
  status: Status | null;
  name: string;
  overdue: boolean;
  order: "deadline" | "newest";
  cursor: string | null;
}

/** What a member of staff decided. */
export interface Decision {
  action: AvailableAction["action"];
  comment: string;
  field_comments: FieldComment[];
}

/**
 * The desk that a staff portal works at: institutions endorse, authorities approve; the pages are the same.
 * Operations reject with the client's ApiProblem.
 */
export interface Office {
  /** Statuses in which an application lies on this desk; the first is the queue's default. */
  waiting: readonly [Status, ...Status[]];
  /** Statuses that this desk can filter by. */
  statuses: readonly Status[];
  /** The manual's word on the button that opens a case. */
  openVerb: string;
  summarise(): Promise<Summary>;
  list(filter: QueueFilter, limit: number): Promise<ApplicationPage>;
  read(id: string): Promise<Application>;
  /** `version` becomes If-Match; the same `key` for the same decision makes a retry harmless. */
  decide(id: string, version: number, key: string, decision: Decision): Promise<Application>;
  /** Address of an attachment's image. */
  attachment(id: string, attachmentId: string): string;
}

export const OFFICE: InjectionKey<Office> = Symbol("office");

/** The office of the portal that the component runs in. */
export function useOffice(): Office {
  const office = inject(OFFICE);
  if (!office) throw new Error("no office provided");
  return office;
}
