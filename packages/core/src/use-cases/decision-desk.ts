import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { answerGate } from "../gate/answer-gate.js";
import type { FreezeWindow, GateAnswer, GateOverride, GateQuestion } from "../gate/gate.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { AuditTrail } from "../ports/audit-trail.js";
import type { Clock } from "../ports/clock.js";
import type { IdSource } from "../ports/id-source.js";
import type { Correction } from "../slo/correction.js";
import type { Service, Slo } from "../slo/slo.js";
import { CORRECTIONS_STREAM, OVERRIDES_STREAM, type DecisionBook } from "./decision-book.js";
import type { Journal } from "./journal.js";
import type { Plimsoll } from "./plimsoll.js";
import type { Author, Refusal } from "./refusal.js";
import type { SliceKeeper } from "./slice-keeper.js";

/** Answers the gate, and keeps people's overrides and corrections; every write and every emergency is audited. */
export type DecisionDesk = Pick<
  Plimsoll,
  "gate" | "overrides" | "override" | "withdrawOverride" | "corrections" | "correct" | "withdrawCorrection"
> & {
  /** Puts in force what was decided and is not yet: storage failed on the way, or another process decided it. */
  settleCorrections(): Promise<void>;
};

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

  type Decision = { readonly type: string; readonly actor: string; readonly data: unknown };

  const write = async (stream: string, decision: Decision): Promise<void> => {
    const data = toJson(decision.data);
    await journal.commit(() => [{ stream, entries: [{ ...decision, atMs: nowMs(), data }] }]);
  };
  const writeOverride = async (decision: Decision): Promise<void> => {
    await write(OVERRIDES_STREAM, decision);
    await options.relay();
  };
  // The keeper was opened with what the book held then.
  let inForce = book.correctionRevision();
  const settleCorrections = async (): Promise<void> => {
    const revision = book.correctionRevision();
    if (revision === inForce) return;
    await keeper.correct([...configured, ...book.corrections()]);
    inForce = Math.max(inForce, revision);
  };
  const writeCorrection = async (decision: Decision): Promise<void> => {
    await write(CORRECTIONS_STREAM, decision);
    await settleCorrections();
    await options.relay();
  };

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
    async override({ id = options.ids.next(), ...asked }): Promise<Result<GateOverride, Refusal>> {
      const known = book.overrides().find((one) => one.id === id);
      if (known !== undefined) return success(known);
      const fromMs = nowMs();
      if (!(asked.expiresMs > fromMs))
        return refuse("expired", "the override expires before it begins; give an instant in the future");
      if (asked.expiresMs - fromMs > LONGEST_OVERRIDE_MS)
        return refuse("too-long", "an override lasts 30 days at most; give an earlier expiry");
      if (asked.reason.trim() === "" || asked.author.trim() === "")
        return refuse("no-reason", "an override needs a name and a reason");
      const unknown = unknownIn(asked.services, serviceIds);
      if (unknown !== undefined) return refuse("unknown-service", `there is no service ${unknown}`);
      const override: GateOverride = { ...asked, id, fromMs };
      await writeOverride({ type: "override.added", actor: asked.author, data: override });
      return success(override);
    },
    async withdrawOverride(id, { actor }: Author) {
      if (!book.overrides().some((one) => one.id === id))
        return refuse("unknown-override", `there is no override ${id}`);
      await writeOverride({ type: "override.withdrawn", actor, data: { id } });
      return success(undefined);
    },
    corrections: () => [
      ...configured.map((correction) => ({ correction, origin: "configuration" as const })),
      ...book.corrections().map((correction) => ({ correction, origin: "api" as const })),
    ],
    async correct({ id = options.ids.next(), ...asked }) {
      const known = book.corrections().find((one) => one.id === id);
      if (known !== undefined) return success(known);
      // JSON has no infinity: such a correction would be stored and could not be read.
      if (!(asked.fromMs < asked.toMs && Number.isFinite(asked.toMs - asked.fromMs)))
        return refuse("empty-interval", "the correction ends before it begins; give from < to");
      if (asked.reason.trim() === "" || asked.author.trim() === "")
        return refuse("no-reason", "a correction needs a name and a reason");
      const unknown = unknownIn(asked.sloIds, sloIds);
      if (unknown !== undefined) return refuse("unknown-slo", `there is no SLO ${unknown}`);
      const { author, effect, fromMs, reason, toMs } = asked;
      const correction: Correction = {
        id,
        sloIds: asked.sloIds,
        effect,
        author,
        reason,
        covers: { kind: "once", fromMs, toMs },
      };
      await writeCorrection({ type: "correction.added", actor: author, data: correction });
      return success(correction);
    },
    async withdrawCorrection(id, { actor }: Author) {
      if (!book.corrections().some((one) => one.id === id)) {
        return refuse(
          "unknown-correction",
          `there is no correction ${id} that was made here; one of the configuration is changed there`,
        );
      }
      await writeCorrection({ type: "correction.withdrawn", actor, data: { id } });
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
