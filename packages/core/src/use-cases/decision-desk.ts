import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { versionMismatch, type Versioned, type VersionMismatch } from "../errors/version-mismatch.js";
import { answerGate } from "../gate/answer-gate.js";
import type { FreezeWindow, GateAnswer, GateOverride, GateQuestion } from "../gate/gate.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { AuditTrail } from "../ports/audit-trail.js";
import type { Clock } from "../ports/clock.js";
import type { IdSource } from "../ports/id-source.js";
import type { Correction } from "../slo/correction.js";
import type { Service, Slo } from "../slo/slo.js";
import { commitDecided } from "./commit-decided.js";
import { CORRECTIONS_STREAM, OVERRIDES_STREAM, type DecisionBook } from "./decision-book.js";
import type { Journal } from "./journal.js";
import type { Plimsoll } from "./plimsoll.js";
import type { Refusal } from "./refusal.js";
import type { SliceKeeper } from "./slice-keeper.js";

/** Answers the gate, and keeps people's overrides and corrections; every write and every emergency is audited. */
export type DecisionDesk = Pick<
  Plimsoll,
  "gate" | "overrides" | "override" | "withdrawOverride" | "corrections" | "correct" | "withdrawCorrection"
> & {
  /** Puts in force what was decided and is not yet: storage failed on the way, or another process decided it. */
  settleCorrections(): Promise<void>;
};

type DecisionRefusal = Refusal | VersionMismatch;
/** What is to be written; nothing for a request that was repeated. */
type Decided = Result<
  { readonly type: string; readonly actor: string; readonly data: unknown } | undefined,
  DecisionRefusal
>;

// Longer than any sane release freeze; an override that outlives its reason is worse than none.
const LONGEST_OVERRIDE_MS = 30 * 86_400_000;

export function createDecisionDesk(options: {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly audit: AuditTrail;
  readonly journal: Journal;
  /** Publishes what was written; from there it comes into the audit trail. */
  readonly relay: () => Promise<unknown>;
  readonly book: DecisionBook;
  readonly keeper: SliceKeeper;
  readonly slos: readonly Slo[];
  readonly services: readonly Service[];
  readonly freezeWindows: readonly FreezeWindow[];
  readonly configured: readonly Correction[];
  readonly evaluations: (services: readonly string[]) => readonly SloEvaluation[];
}): DecisionDesk {
  const { audit, book, configured, journal, keeper, services, slos } = options;
  const nowMs = (): number => options.clock.now().toMillis();

  const sloIds = new Set(slos.map(({ id }) => id));
  const serviceIds = new Set(services.map(({ id }) => id));

  const write = (stream: string, decide: () => Decided): Promise<DecisionRefusal | undefined> =>
    commitDecided(journal, () => {
      const decided = decide();
      if (!decided.ok) return decided;
      if (decided.value === undefined) return success([]);
      const { actor, data, type } = decided.value;
      return success([{ stream, entries: [{ type, actor, atMs: nowMs(), data: toJson(data) }] }]);
    });
  // The keeper was opened with what the book held then.
  let inForce = book.correctionRevision();
  const settleCorrections = async (): Promise<void> => {
    const revision = book.correctionRevision();
    if (revision === inForce) return;
    await keeper.correct([...configured, ...book.corrections()]);
    inForce = Math.max(inForce, revision);
  };
  const settled = async (): Promise<void> => {
    await settleCorrections();
    await options.relay();
  };
  const overrideOf = (id: string) => book.overrides().find((one) => one.id === id);
  const correctionOf = (id: string) => book.corrections().find((one) => one.id === id);

  return {
    async gate(question: GateQuestion): Promise<GateAnswer> {
      const scene = {
        evaluations: options.evaluations(question.services),
        slos,
        services,
        freezeWindows: options.freezeWindows,
        overrides: book.overrides(),
        nowMs: nowMs(),
      };
      const answer = answerGate(question, scene);
      if (question.risk === "emergency" && answer.decision === "allow") {
        const details = { reason: question.reason, services: question.services };
        await audit.append({
          atMs: answer.atMs,
          actor: question.requestedBy ?? "unnamed",
          action: "gate.emergency",
          subject: question.services.join(",") || "all",
          details,
        });
      }
      return answer;
    },
    settleCorrections,
    overrides: () => book.overrides(),
    async override({ id = options.ids.next(), ...asked }) {
      const refusal = await write(OVERRIDES_STREAM, () => {
        if (overrideOf(id) !== undefined) return success(undefined);
        const fromMs = nowMs();
        if (!(asked.expiresMs > fromMs))
          return refuse("expired", "the override expires before it begins; give an instant in the future");
        if (asked.expiresMs - fromMs > LONGEST_OVERRIDE_MS)
          return refuse("too-long", "an override lasts 30 days at most; give an earlier expiry");
        if (asked.reason.trim() === "" || asked.author.trim() === "")
          return refuse("no-reason", "an override needs a name and a reason");
        const unknown = unknownIn(asked.services, serviceIds);
        if (unknown !== undefined) return refuse("unknown-service", `there is no service ${unknown}`);
        return success({ type: "override.added", actor: asked.author, data: { ...asked, id, fromMs } });
      });
      if (refusal !== undefined) return failure(refusal);
      // Before others are told: it may be withdrawn by then.
      const made = overrideOf(id) as Versioned<GateOverride>;
      await options.relay();
      return success(made);
    },
    async withdrawOverride(id, { actor, expectedVersion }) {
      const refusal = await write(OVERRIDES_STREAM, () => {
        const override = overrideOf(id);
        if (override === undefined) return refuse("unknown-override", `there is no override ${id}`);
        const other = versionMismatch(`The override ${id}`, override.version, expectedVersion);
        return other === undefined ? success({ type: "override.withdrawn", actor, data: { id } }) : failure(other);
      });
      if (refusal !== undefined) return failure(refusal);
      await options.relay();
      return success(undefined);
    },
    corrections: () => [
      ...configured.map((correction) => ({ correction, origin: "configuration" as const, version: 0 })),
      ...book.corrections().map(({ version, ...correction }) => ({ correction, origin: "api" as const, version })),
    ],
    async correct({ id = options.ids.next(), author, effect, fromMs, reason, sloIds: asked, toMs }) {
      const refusal = await write(CORRECTIONS_STREAM, () => {
        if (correctionOf(id) !== undefined) return success(undefined);
        // JSON has no infinity: such a correction would be stored and could not be read.
        if (!(fromMs < toMs && Number.isFinite(toMs - fromMs)))
          return refuse("empty-interval", "the correction ends before it begins; give from < to");
        if (reason.trim() === "" || author.trim() === "")
          return refuse("no-reason", "a correction needs a name and a reason");
        const unknown = unknownIn(asked, sloIds);
        if (unknown !== undefined) return refuse("unknown-slo", `there is no SLO ${unknown}`);
        const correction: Correction = {
          id,
          sloIds: asked,
          effect,
          author,
          reason,
          covers: { kind: "once", fromMs, toMs },
        };
        return success({ type: "correction.added", actor: author, data: correction });
      });
      if (refusal !== undefined) return failure(refusal);
      const made = correctionOf(id) as Versioned<Correction>;
      await settled();
      return success(made);
    },
    async withdrawCorrection(id, { actor, expectedVersion }) {
      const refusal = await write(CORRECTIONS_STREAM, () => {
        const correction = correctionOf(id);
        if (correction === undefined) {
          return refuse(
            "unknown-correction",
            `there is no correction ${id} that was made here; one of the configuration is changed there`,
          );
        }
        const other = versionMismatch(`The correction ${id}`, correction.version, expectedVersion);
        return other === undefined ? success({ type: "correction.withdrawn", actor, data: { id } }) : failure(other);
      });
      if (refusal !== undefined) return failure(refusal);
      await settled();
      return success(undefined);
    },
  };
}

function refuse(code: string, message: string): { readonly ok: false; readonly error: Refusal } {
  return failure({ code, message });
}

function unknownIn(scope: readonly string[] | "all", known: ReadonlySet<string>): string | undefined {
  return scope === "all" ? undefined : scope.find((id) => !known.has(id));
}
