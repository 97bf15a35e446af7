import { createAutomaticRunBook, type AutomaticRunBook } from "./automatic-run-book.js";
import { createEscalationBook, type EscalationBook } from "./escalation-book.js";
import type { Projection } from "./journal.js";
import { createOnCallBook, type OnCallBook } from "./on-call-book.js";
import { createRoutingBook, type RoutingBook } from "./routing-book.js";
import type { RoutingSettings } from "./response-settings.js";
import { createRunbookBook, type RunbookBook } from "./runbook-book.js";
import { createSilenceBook, type SilenceBook } from "./silence-book.js";

/** What is known of how incidents are answered, made from events only. */
export type ResponseBooks = {
  readonly escalations: EscalationBook;
  readonly onCall: OnCallBook;
  readonly routing: RoutingBook;
  readonly silences: SilenceBook;
  readonly runs: RunbookBook;
  readonly automaticRuns: AutomaticRunBook;
  readonly projections: readonly Projection[];
  unreadable(): readonly string[];
};

export function createResponseBooks({ inhibitRules, root }: RoutingSettings): ResponseBooks {
  const escalations = createEscalationBook();
  const onCall = createOnCallBook();
  const routing = createRoutingBook(root, inhibitRules);
  const silences = createSilenceBook();
  const runs = createRunbookBook();
  const automaticRuns = createAutomaticRunBook();
  const single = [escalations, onCall, silences, runs, automaticRuns];
  return {
    escalations,
    onCall,
    routing,
    silences,
    runs,
    automaticRuns,
    projections: [...single.map(({ projection }) => projection), ...routing.projections],
    unreadable: () => [...single, routing].flatMap((book) => book.unreadable()),
  };
}
