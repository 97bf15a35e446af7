import { incidentNumber } from "../incident/incident.js";
import type { Delivery } from "./delivery-owed.js";
import { readAskedPage } from "./escalation-page.js";

/** What a message is about, as far as its keys tell. */
export type DeliverySubject = {
  /** Absent for what is about none, such as a report. */
  readonly incidentId?: string;
  /** Whom an escalation wanted to tell; absent for what goes to a channel. */
  readonly personId?: string;
};

/** Finds the incident that a message is about, and the person it was for; one that is tried again is as the first was. */
export function deliverySubject({
  id,
  notification: { threadKey },
}: {
  readonly id: string;
  readonly notification: Pick<Delivery["notification"], "threadKey">;
}): DeliverySubject {
  const page = readAskedPage(id);
  if (page !== undefined) return { incidentId: page.incidentId, personId: page.personId };
  return incidentNumber(threadKey) === undefined ? {} : { incidentId: threadKey };
}
