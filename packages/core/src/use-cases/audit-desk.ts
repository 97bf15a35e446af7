import { ENGINE_ACTOR } from "../access/principal.js";
import type { Json } from "../errors/json.js";
import type { AuditTrail } from "../ports/audit-trail.js";
import type { StoredEvent } from "../ports/event-store.js";
import { HAND_IN_PREFIX } from "./alert-hand-in.js";

/** Writes into the audit trail what people decided, once for each stored event, whatever fails or dies between. */
export type AuditDesk = {
  /** To be called before the first event is handed in, when an earlier run may have left some half done. */
  recall(): Promise<void>;
  react(event: StoredEvent): Promise<void>;
};

const PAGE = 1000;
// More of one stream than a relaying takes at a time: what is further back was settled, and does not come again.
const REMEMBERED = 1000;
/**
 * Streams whose events come into the trail where a person caused them, by how their names begin. `whole` takes the data along:
 * decisions are short, an incident's course is kept in its own stream, and about access there are hashes, which stay where they are.
 */
const AUDITED: readonly { readonly prefix: string; readonly whole: boolean; readonly byEngine?: true }[] = [
  { prefix: "decisions/", whole: true },
  { prefix: "incident/", whole: false },
  { prefix: "access/", whole: false },
  { prefix: "silence/", whole: true },
  { prefix: "on-call/", whole: true },
  { prefix: "escalation/", whole: false },
  { prefix: "runbook-run/", whole: false },
  // To act, or not to act, without anybody asking: the one thing of the engine's own that people have to answer for.
  { prefix: "automatic-run/", whole: true, byEngine: true },
  { prefix: "kill-switch/", whole: true },
  // Alerts are no decisions; that somebody handed them in is.
  { prefix: HAND_IN_PREFIX, whole: true },
  // What a person has tried once more; the message is for whom it was sent to.
  { prefix: "delivery/", whole: false },
];

export function createAuditDesk(audit: AuditTrail): AuditDesk {
  const written = new Set<string>();
  let afterNumber = 0;
  let doubtful = false;

  const remember = (eventId: string): void => {
    written.add(eventId);
    const at = eventId.lastIndexOf("@") + 1;
    written.delete(`${eventId.slice(0, at)}${Number(eventId.slice(at)) - REMEMBERED}`);
  };

  const recall = async (): Promise<void> => {
    for (let more = true; more;) {
      const page = await audit.read({ afterNumber, limit: PAGE });
      for (const { details } of page) {
        const eventId = fieldOf(details, "event");
        if (eventId !== undefined) remember(eventId);
      }
      afterNumber = page.at(-1)?.number ?? afterNumber;
      more = page.length === PAGE;
    }
    doubtful = false;
  };

  return {
    recall,
    async react({ id, stream, type, atMs, actor, data }) {
      const audited = AUDITED.find(({ prefix }) => stream.startsWith(prefix));
      // What the engine does by itself is in the streams; the trail is for what people did, and for what was done unasked.
      if (audited === undefined || (actor === ENGINE_ACTOR && audited.byEngine !== true)) return;
      // A trail that failed may have written all the same.
      if (doubtful) await recall();
      if (written.has(id)) return;
      doubtful = true;
      const { prefix, whole } = audited;
      const subject = whole ? (fieldOf(data, "id") ?? stream) : stream.slice(prefix.length);
      await audit.append({
        atMs,
        actor,
        action: type,
        subject,
        details: whole ? { event: id, data } : { event: id },
      });
      doubtful = false;
      remember(id);
    },
  };
}

function fieldOf(data: Json, name: string): string | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const field = (data as { readonly [key: string]: Json | undefined })[name];
  return typeof field === "string" ? field : undefined;
}
