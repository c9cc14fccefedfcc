import type { ApplicationRow } from "./office";
import { staffTexts } from "./texts";

export type DueTone = "late" | "soon" | "calm" | "none";
type Deadline = Pick<ApplicationRow, "working_days_left" | "overdue">;

/** Working days within which a deadline counts as near; the summary's `due_soon` counts the same. */
const SOON = 3;

/** A deadline in words, so that lateness is never told by colour alone. */
export function dueWords({ working_days_left: days, overdue }: Deadline): string {
  if (days === null) return staffTexts.due.none;
  if (overdue) return days < 0 ? staffTexts.due.late(-days) : staffTexts.due.lateToday;
  return days === 0 ? staffTexts.due.today : staffTexts.due.left(days);
}

/** How pressing a deadline is. */
export function dueTone({ working_days_left: days, overdue }: Deadline): DueTone {
  if (days === null) return "none";
  if (overdue) return "late";
  return days <= SOON ? "soon" : "calm";
}
