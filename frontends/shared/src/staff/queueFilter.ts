import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { Office, QueueFilter, Status } from "./office";

const ALL = "all";

/** The filter that an address names; what it does not name is the queue's default. */
export function filterFromAddress(query: LocationQuery, office: Office): QueueFilter {
  const status = text(query.status);
  return {
    status: status === ALL ? null : ((office.statuses.find((one) => one === status) ?? office.waiting[0]) as Status),
    name: text(query.name).slice(0, 40),
    overdue: text(query.overdue) === "1",
    order: text(query.order) === "newest" ? "newest" : "deadline",
    cursor: text(query.cursor) || null,
  };
}

/** The address of a filter, defaults left out, so that the plain address is the plain queue. */
export function addressOfFilter(filter: QueueFilter, office: Office): LocationQueryRaw {
  const address: LocationQueryRaw = {};
  if (filter.status !== office.waiting[0]) address.status = filter.status ?? ALL;
  if (filter.name) address.name = filter.name;
  if (filter.overdue) address.overdue = "1";
  if (filter.order !== "deadline") address.order = filter.order;
  if (filter.cursor) address.cursor = filter.cursor;
  return address;
}

function text(value: LocationQuery[string] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
