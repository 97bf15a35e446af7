import { z } from "zod";
import type { AccessEvent } from "../access/access-event.js";
import { evolveAccess, NO_ACCESS, type AccessState, type Session, type Token } from "../access/access-state.js";
import { AREAS } from "../access/area.js";
import { ROLES } from "../access/role.js";
import type { Projection } from "./journal.js";

export const ACCESS_PREFIX = "access/";

/** Knows users, tokens and sessions, made from events only. */
export type AccessBook = {
  readonly projection: Projection;
  state(): AccessState;
  tokenBy(fingerprint: string): Token | undefined;
  sessionBy(fingerprint: string): Session | undefined;
  unreadable(): readonly string[];
};

const role = z.enum(ROLES);
const name = z.string();
const id = z.string();
const fingerprint = z.string();
const user = { name, causeId: z.string().exactOptional() };

const happened = <Type extends AccessEvent["type"], Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), atMs: z.number(), actor: z.string(), data });

const eventSchema: z.ZodType<AccessEvent> = z.discriminatedUnion("type", [
  happened("user.added", z.object({ ...user, role, passwordHash: z.string() })),
  happened("user.password-set", z.object({ ...user, passwordHash: z.string() })),
  happened("user.role-changed", z.object({ ...user, role })),
  happened("user.disabled", z.object(user)),
  happened("user.enabled", z.object(user)),
  happened(
    "token.issued",
    z.object({
      id,
      title: z.string(),
      owner: name,
      role,
      areas: z.array(z.enum(AREAS)).exactOptional(),
      fingerprint,
      expiresMs: z.number(),
    }),
  ),
  happened("token.revoked", z.object({ id })),
  happened(
    "session.opened",
    z.object({ id, user: name, fingerprint, csrfFingerprint: z.string(), expiresMs: z.number() }),
  ),
  happened("session.ended", z.object({ id })),
]);

/** Names the stream that an event about access belongs to: one for each user, token and session. */
export function accessStream(event: AccessEvent): string {
  const [kind] = event.type.split(".");
  return `${ACCESS_PREFIX}${kind}/${"id" in event.data ? event.data.id : event.data.name}`;
}

export function createAccessBook(): AccessBook {
  let state = NO_ACCESS;
  let tokens = new Map<string, Token>();
  let sessions = new Map<string, Session>();
  const unreadable: string[] = [];
  return {
    projection: {
      prefix: ACCESS_PREFIX,
      apply(stored) {
        const read = eventSchema.safeParse(stored);
        if (!read.success) {
          unreadable.push(`${stored.stream}, version ${stored.version}: not about access that this version can read`);
          return;
        }
        const before = state;
        state = evolveAccess(state, read.data);
        if (state.tokens !== before.tokens) tokens = byFingerprint(state.tokens);
        if (state.sessions !== before.sessions) sessions = byFingerprint(state.sessions);
      },
    },
    state: () => state,
    tokenBy: (known) => tokens.get(known),
    sessionBy: (known) => sessions.get(known),
    unreadable: () => unreadable,
  };
}

function byFingerprint<Value extends { readonly fingerprint: string }>(
  values: ReadonlyMap<string, Value>,
): Map<string, Value> {
  return new Map([...values.values()].map((value) => [value.fingerprint, value]));
}
