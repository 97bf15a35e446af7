import { toJson, type Json } from "../errors/json.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { Evidence } from "../incident/evidence.js";
import type { ExternalFacts } from "../incident/external/external-facts.js";
import type { IncidentCommand } from "../incident/incident-command.js";
import { incidentSignals } from "../incident/incident-signal.js";
import type { IncidentState } from "../incident/incident.js";
import type { Digest } from "../ports/digest.js";

/** Something observed, before it has its hash. */
export type Finding = Omit<Evidence, "hash" | "data"> & { readonly data: unknown };

/** What evidence is looked for. */
export type EvidenceQuery = {
  readonly incidentId: string;
  readonly service: string;
  /** What the ids of the findings begin with, so that the same look gives the same ids. */
  readonly causeId: string;
  readonly fromMs: number;
  readonly toMs: number;
};

/** Looks somewhere for what an incident's transition should be remembered with: changes, topology, logs, traces. */
export type EvidenceGatherer = {
  /** Such as `changes`; in the evidence where it could not look. */
  readonly name: string;
  gather(query: EvidenceQuery): Promise<readonly Finding[]>;
};

/** How far back gatherers look: most of what breaks a service was done to it in the hour before. */
export const EVIDENCE_REACH_MS = 3_600_000;

/** Collects what each transition of an incident is remembered with. */
export type EvidenceDesk = {
  /** The evaluation as a whole, and the counts of each window that it was judged by. */
  ofEvaluation(
    evaluation: SloEvaluation,
    told: { readonly causeId: string; readonly summary: string },
  ): Promise<readonly Evidence[]>;
  /** The own word of an alert from elsewhere, and the rules that it met on its way here. */
  ofAlert(facts: ExternalFacts, told: { readonly causeId: string; readonly trace?: Json }): Promise<Evidence>;
  /**
   * The verdicts of the service's SLOs but the one that was looked at as a whole, and what every gatherer finds. One that
   * fails is remembered as such, and holds nothing up.
   */
  gathered(query: EvidenceQuery, wholeSlo?: string): Promise<readonly Evidence[]>;
  /**
   * What a command that moves an incident on is remembered with: how its SLO stands, the last word of its alerts from
   * elsewhere, and what is found around the service. Nothing for any other command.
   */
  ofTransition(
    state: IncidentState,
    command: Pick<IncidentCommand, "type" | "atMs" | "causeId">,
  ): Promise<readonly Evidence[]>;
};

/** The commands that move an incident on. */
const TRANSITIONS: ReadonlySet<IncidentCommand["type"]> = new Set([
  "acknowledge",
  "unacknowledge",
  "start-mitigation",
  "confirm-mitigation",
  "resolve",
  "reopen",
  "close",
  "change-severity",
  "merge",
]);

// An incident may be for a group of thousands; how many there are is said all the same.
const MOST_ALERTS = 32;

export function createEvidenceDesk(options: {
  readonly digest: Digest;
  readonly gatherers?: readonly EvidenceGatherer[];
  /** How an SLO stands now; absent where nothing evaluates. */
  readonly evaluation?: (sloId: string) => SloEvaluation | undefined;
  /** How the SLOs of a service stand now. */
  readonly evaluations?: (service: string) => readonly SloEvaluation[];
}): EvidenceDesk {
  const { digest, evaluation, evaluations = () => [], gatherers = [] } = options;

  const hashed = async (finding: Finding): Promise<Evidence> => {
    // Through JSON, so that what is hashed is what is stored.
    const data = toJson(finding.data);
    return { ...finding, data, hash: await digest.digest(data) };
  };

  const look = async (gatherer: EvidenceGatherer, query: EvidenceQuery): Promise<readonly Finding[]> => {
    try {
      return await gatherer.gather(query);
    } catch {
      // What it threw may hold a secret; that it failed is what an incident has to know.
      const { causeId, fromMs, toMs } = query;
      const summary = `${gatherer.name} could not be looked at`;
      return [
        { id: `${causeId}/${gatherer.name}`, kind: "other", source: gatherer.name, fromMs, toMs, summary, data: null },
      ];
    }
  };

  const desk: EvidenceDesk = {
    ofEvaluation: (judged, told) => Promise.all(evaluationFindings(judged, told).map(hashed)),
    ofAlert: (facts, { causeId, trace }) => {
      const { annotations, atMs: toMs, explanation: summary, labels, source, startsAtMs, status } = facts;
      const fromMs = Math.min(startsAtMs, toMs);
      const data = { status, startsAtMs, labels, annotations, ...(trace === undefined ? {} : { trace }) };
      return hashed({ id: `${causeId}/alert`, kind: "other", source, fromMs, toMs, summary, data });
    },
    async gathered(query, wholeSlo) {
      const others = evaluations(query.service).filter(({ sloId }) => sloId !== wholeSlo);
      const found = await Promise.all(gatherers.map((gatherer) => look(gatherer, query)));
      return Promise.all([...verdictFindings(others, query), ...found.flat()].map(hashed));
    },
    async ofTransition(state, { type, atMs: toMs, causeId }) {
      if (!TRANSITIONS.has(type)) return [];
      const { alert, id: incidentId, service } = state;
      const judged = alert === undefined ? undefined : evaluation?.(alert.sloId);
      const summary = `how ${judged?.sloId} stood at ${type}`;
      const measured = judged === undefined ? [] : await desk.ofEvaluation(judged, { causeId, summary });
      const words = await Promise.all(alertFindings(state, { type, causeId, toMs }).map(hashed));
      const query = { incidentId, service, causeId, fromMs: toMs - EVIDENCE_REACH_MS, toMs };
      return [...measured, ...words, ...(await desk.gathered(query, judged?.sloId))];
    },
  };
  return desk;
}

function evaluationFindings(
  judged: SloEvaluation,
  { causeId, summary }: { readonly causeId: string; readonly summary: string },
): readonly Finding[] {
  const { atMs: toMs, gateBurn, period, rules, sloId } = judged;
  const spans = [...rules.flatMap(({ long, short }) => [long, short]), gateBurn.oneHour, gateBurn.sixHours];
  const windows = { rules: rules.map(({ ruleId, long, short }) => ({ ruleId, long, short })), gateBurn };
  const source = "engine";
  return [
    { id: `${causeId}/evaluation`, kind: "evaluation", source, fromMs: period.fromMs, toMs, summary, data: judged },
    {
      id: `${causeId}/windows`,
      kind: "windows",
      source,
      fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
      toMs,
      summary: `the counts of the ${spans.length} windows that ${sloId} was judged by`,
      data: windows,
    },
  ];
}

/** The verdicts of SLOs, without the windows behind them. */
function verdictFindings(
  judged: readonly SloEvaluation[],
  { causeId, service, toMs }: EvidenceQuery,
): readonly Finding[] {
  if (judged.length === 0) return [];
  const slos = judged.map(({ atMs, budget, coverageRatio, sliRatio, sloId, verdict }) => ({
    slo: sloId,
    atMs,
    verdict,
    sliRatio,
    coverageRatio,
    budget,
  }));
  const summary = `the SLOs of ${service}: ${judged.map(({ sloId, verdict }) => `${sloId} ${verdict.kind}`).join(", ")}`;
  const fromMs = Math.min(...judged.map(({ period }) => period.fromMs));
  const id = `${causeId}/slos`;
  return [{ id, kind: "evaluation", source: "engine", fromMs, toMs, summary, data: { service, slos } }];
}

/** The last word of the alerts from elsewhere that an incident is about, those that fire in front; their long words are in `ofAlert`. */
function alertFindings(
  state: IncidentState,
  { causeId, toMs, type }: { readonly causeId: string; readonly toMs: number; readonly type: string },
): readonly Finding[] {
  const all = incidentSignals(state).flatMap(({ external }) => external ?? []);
  if (all.length === 0) return [];
  const firing = all.filter(({ status }) => status === "firing");
  const over = all.filter(({ status }) => status === "resolved");
  const alerts = [...firing, ...over]
    .slice(0, MOST_ALERTS)
    .map(({ atMs: heardAtMs, endsAtMs, key, labels, source, startsAtMs, status }) => {
      return { key, source, status, startsAtMs, endsAtMs, heardAtMs, labels };
    });
  const words = all.length === 1 ? "its alert" : `its ${all.length} alerts`;
  const summary = `the last word of ${words} from elsewhere at ${type}: ${firing.length} fire, ${over.length} are over`;
  const fromMs = Math.min(toMs, ...all.map(({ startsAtMs }) => startsAtMs));
  const data = { total: all.length, firing: firing.length, alerts };
  return [{ id: `${causeId}/alerts`, kind: "other", source: "engine", fromMs, toMs, summary, data }];
}
