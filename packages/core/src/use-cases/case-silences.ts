import { z } from "zod";
import type { Labels } from "../alert/labels.js";
import type { CaseSilenceChange } from "../incident/regression/case-answering.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import { formatMatchers, matchesAll } from "../routing/label-matcher.js";
import { parseMatchers } from "../routing/parse-matchers.js";
import type { Silence } from "../routing/silence.js";
import type { CaseTime } from "./case-routing.js";
import { SILENCE_PREFIX } from "./silence-book.js";

/** Reads which silences these alerts could meet in a case's time, as they were then: what was done to them later is left out. */
export async function caseSilences(
  events: Pick<EventStore, "read">,
  silences: readonly Silence[],
  { met, time }: { readonly met: readonly Labels[]; readonly time: CaseTime },
): Promise<readonly CaseSilenceChange[]> {
  const meeting = silences.filter((silence) => silence.createdAtMs <= time.toMs && isMet(silence, met));
  const changes = await Promise.all(
    meeting.map(async (silence) => changesOf(silence, await events.read(`${SILENCE_PREFIX}${silence.id}`), time)),
  );
  return changes.flat().toSorted((one, other) => one.atMs - other.atMs);
}

function isMet({ matchers }: Silence, met: readonly Labels[]): boolean {
  const compiled = parseMatchers(formatMatchers(matchers));
  return compiled.ok && met.some((labels) => matchesAll(compiled.value, labels));
}

const ending = z.object({ endsAtMs: z.number() });

function changesOf(
  { author, createdAtMs, id, matchers, reason, recurring, startsAtMs }: Silence,
  stored: readonly StoredEvent[],
  { fromMs, toMs }: CaseTime,
): readonly CaseSilenceChange[] {
  const then = stored.filter(({ atMs }) => atMs <= toMs);
  const expired = then.find(({ type }) => type === "silence.expired");
  const endsAtMs = Math.max(...then.map(({ data }) => ending.safeParse(data).data?.endsAtMs ?? -Infinity));
  if (endsAtMs <= fromMs || (expired !== undefined && expired.atMs <= fromMs)) return [];
  const schedule = { startsAtMs, endsAtMs, ...(recurring === undefined ? {} : { recurring }) };
  return [
    { type: "create", atMs: createdAtMs, actor: author, id, matchers: formatMatchers(matchers), schedule, reason },
    ...(expired === undefined ? [] : [{ type: "expire", atMs: expired.atMs, actor: expired.actor, id } as const]),
  ];
}
