import { toJson } from "../errors/json.js";
import type { Result } from "../errors/result.js";
import { decideEscalation } from "../on-call/escalation/decide-escalation.js";
import type { EscalationCommand, EscalationRejection } from "../on-call/escalation/escalation-command.js";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import { escalationStream, type EscalationState } from "../on-call/escalation/escalation.js";
import { evolveEscalation } from "../on-call/escalation/evolve-escalation.js";
import type { EscalationBook } from "./escalation-book.js";
import { gathering } from "./gathering.js";
import type { Entry, Journal, StreamEntries } from "./journal.js";

/** Makes a command from the newest state; undefined when there is nothing to ask. */
export type MakeCommand = (
  state: EscalationState | undefined,
  turnsOf: (teamId: string) => number,
) => EscalationCommand | undefined;

/** What a command came to. */
export type EscalationOutcome = Result<readonly EscalationEvent[], EscalationRejection>;

/** Decides commands to escalations on the newest state, and stores many decisions at a time. */
export type EscalationDecisions = {
  /** Resolves when what was decided is stored. Commands to one escalation are decided in the order in which they came. */
  decide(incidentId: string, make: MakeCommand): Promise<EscalationOutcome>;
};

type Asked = { readonly incidentId: string; readonly make: MakeCommand };

/** What came of one command; throws what making it threw. */
type Decided = () => EscalationOutcome;

const MOST_IN_A_COMMIT = 256;

export function createEscalationDecisions(journal: Journal, book: EscalationBook): EscalationDecisions {
  const ask = gathering(
    async (batch: readonly Asked[]) => {
      let decided: readonly Decided[] = [];
      await journal.commit(() => {
        const round = decideBatch(batch, book);
        decided = round.decided;
        return round.writes;
      });
      return decided;
    },
    { most: MOST_IN_A_COMMIT },
  );
  return { decide: async (incidentId, make) => (await ask({ incidentId, make }))() };
}

/** Decides one after the other, each on what those before it have decided. One that throws fails alone. */
function decideBatch(
  batch: readonly Asked[],
  book: EscalationBook,
): { readonly writes: readonly StreamEntries[]; readonly decided: readonly Decided[] } {
  const states = new Map<string, EscalationState | undefined>();
  const happened = new Map<string, EscalationEvent[]>();
  const turns = new Map<string, number>();
  const turnsOf = (teamId: string): number => book.turnsOf(teamId) + (turns.get(teamId) ?? 0);
  const decided: Decided[] = [];
  for (const { incidentId, make } of batch) {
    const state = states.has(incidentId) ? states.get(incidentId) : book.get(incidentId);
    try {
      const command = make(state, turnsOf);
      const outcome: EscalationOutcome =
        command === undefined ? { ok: true, value: [] } : decideEscalation(state, command);
      decided.push(() => outcome);
      if (!outcome.ok) continue;
      states.set(incidentId, outcome.value.reduce(evolveEscalation, state));
      happened.set(incidentId, [...(happened.get(incidentId) ?? []), ...outcome.value]);
      for (const teamId of outcome.value.flatMap(turnsIn)) turns.set(teamId, (turns.get(teamId) ?? 0) + 1);
    } catch (error) {
      decided.push(() => {
        throw error;
      });
    }
  }
  const writes = [...happened].map(([incidentId, events]) => ({
    stream: escalationStream(incidentId),
    entries: events.map(toEscalationEntry),
  }));
  return { writes, decided };
}

function turnsIn({ data }: EscalationEvent): readonly string[] {
  return "turns" in data ? data.turns : [];
}

/** As the journal takes it. */
export function toEscalationEntry({ type, atMs, actor, data }: EscalationEvent): Entry {
  return { type, atMs, actor, data: toJson(data) };
}
