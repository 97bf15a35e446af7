import type { Json } from "../errors/json.js";
import type { AuditTrail } from "../ports/audit-trail.js";
import type { StoredEvent } from "../ports/event-store.js";

/** Writes into the audit trail what people decided, once for each stored event, whatever crashes between. */
export type AuditDesk = {
  /** To be called before the first event is handed in, when an earlier run may have left some half done. */
  recall(): Promise<void>;
  react(event: StoredEvent): Promise<void>;
};

const PAGE = 1000;
const DECISIONS = "decisions/";
const INCIDENTS = "incident/";
/** What the engine does to incidents by itself is in their streams; the trail is for what people did. */
const ENGINE = "engine";

export function createAuditDesk(audit: AuditTrail): AuditDesk {
  const written = new Set<string>();
  return {
    async recall() {
      for (let afterNumber = 0; ;) {
        const page = await audit.read({ afterNumber, limit: PAGE });
        for (const { details } of page) {
          const eventId = fieldOf(details, "event");
          if (eventId !== undefined) written.add(eventId);
        }
        const last = page.at(-1);
        if (last === undefined) return;
        afterNumber = last.number;
      }
    },
    async react({ id, stream, type, atMs, actor, data }) {
      if (actor === ENGINE || written.has(id)) return;
      if (stream.startsWith(DECISIONS)) {
        await audit.append({
          atMs,
          actor,
          action: type,
          subject: fieldOf(data, "id") ?? stream,
          details: { event: id, data },
        });
      } else if (stream.startsWith(INCIDENTS)) {
        await audit.append({
          atMs,
          actor,
          action: type,
          subject: stream.slice(INCIDENTS.length),
          details: { event: id },
        });
      }
      written.add(id);
    },
  };
}

function fieldOf(data: Json, name: string): string | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const field = (data as { readonly [key: string]: Json | undefined })[name];
  return typeof field === "string" ? field : undefined;
}
