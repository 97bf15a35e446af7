import type { Json } from "../errors/json.js";
import type { Result } from "../errors/result.js";
import { decideEscalation } from "../on-call/escalation/decide-escalation.js";
import type { EscalationCommand, EscalationRejection } from "../on-call/escalation/escalation-command.js";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import { escalationStream, type EscalationState } from "../on-call/escalation/escalation.js";
import { evolveEscalation } from "../on-call/escalation/evolve-escalation.js";
import type { EscalationBook } from "./escalation-book.js";
import type { Journal, StreamEntries } from "./journal.js";

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

type Asked = {
  readonly incidentId: string;
  readonly make: MakeCommand;
  readonly done: (outcome: EscalationOutcome) => void;
  readonly failed: (error: unknown) => void;
};

const MOST_IN_A_COMMIT = 256;

export function createEscalationDecisions(journal: Journal, book: EscalationBook): EscalationDecisions {
  let waiting: Asked[] = [];
  let busy = false;

  const decideAll = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_IN_A_COMMIT);
      waiting = waiting.slice(MOST_IN_A_COMMIT);
      let settle: readonly (() => void)[] = [];
      try {
        await journal.commit(() => {
          const round = decideBatch(batch, book);
          settle = round.settle;
          return round.writes;
        });
        for (const tell of settle) tell();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    busy = false;
  };

  return {
    decide: (incidentId, make) =>
      new Promise((resolve, reject) => {
        waiting.push({ incidentId, make, done: resolve, failed: reject });
        if (!busy) void decideAll();
      }),
  };
}

/** Decides one after the other, each on what those before it have decided. One that throws fails alone. */
function decideBatch(
  batch: readonly Asked[],
  book: EscalationBook,
): { readonly writes: readonly StreamEntries[]; readonly settle: readonly (() => void)[] } {
  const states = new Map<string, EscalationState | undefined>();
  const decided = new Map<string, EscalationEvent[]>();
  const turns = new Map<string, number>();
  const turnsOf = (teamId: string): number => book.turnsOf(teamId) + (turns.get(teamId) ?? 0);
  const settle: (() => void)[] = [];
  for (const { incidentId, make, done, failed } of batch) {
    const state = states.has(incidentId) ? states.get(incidentId) : book.get(incidentId);
    try {
      const command = make(state, turnsOf);
      const outcome: EscalationOutcome =
        command === undefined ? { ok: true, value: [] } : decideEscalation(state, command);
      settle.push(() => done(outcome));
      if (!outcome.ok) continue;
      states.set(incidentId, outcome.value.reduce(evolveEscalation, state));
      decided.set(incidentId, [...(decided.get(incidentId) ?? []), ...outcome.value]);
      for (const teamId of outcome.value.flatMap(turnsIn)) turns.set(teamId, (turns.get(teamId) ?? 0) + 1);
    } catch (error) {
      settle.push(() => failed(error));
    }
  }
  const writes = [...decided].map(([incidentId, events]) => ({
    stream: escalationStream(incidentId),
    entries: events.map(toEntry),
  }));
  return { writes, settle };
}

function turnsIn({ data }: EscalationEvent): readonly string[] {
  return "turns" in data ? data.turns : [];
}

function toEntry({ type, atMs, actor, data }: EscalationEvent) {
  // Through JSON, so that an absent key and an undefined one are the same in every store.
  return { type, atMs, actor, data: JSON.parse(JSON.stringify(data)) as Json };
}
