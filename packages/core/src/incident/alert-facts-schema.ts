import { z } from "zod";
import type { AlertFacts } from "../alert/alert.js";
import type { SloEvaluation, WindowBurn } from "../evaluation/evaluation.js";

// JSON has no undefined: a key that is required and may be undefined comes back absent, and is put back here.
const windowBurn: z.ZodType<WindowBurn> = z
  .object({
    lengthMs: z.number(),
    fromMs: z.number(),
    toMs: z.number(),
    bad: z.number(),
    total: z.number(),
    burnRate: z.number().optional(),
    coverageRatio: z.number(),
  })
  .transform((read) => ({ ...read, burnRate: read.burnRate }));

const tier = z.enum(["page", "ticket"]);

const freezeReasons = z.array(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("coverage"),
      windowMs: z.number(),
      coverageRatio: z.number(),
      neededRatio: z.number(),
    }),
    z
      .object({
        kind: z.literal("watermark"),
        watermarkMs: z.number().optional(),
        behindMs: z.number(),
        allowedMs: z.number(),
      })
      .transform((read) => ({ ...read, watermarkMs: read.watermarkMs })),
    z.object({ kind: z.literal("source"), source: z.string(), code: z.string(), message: z.string() }),
  ]),
);

const ruleEvaluation = z.object({
  ruleId: z.string(),
  tier,
  factor: z.number(),
  budgetShare: z.number(),
  long: windowBurn,
  short: windowBurn,
  outcome: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("quiet") }),
    z.object({ kind: z.literal("firing"), tier, demotedBecause: z.string().exactOptional() }),
    z.object({ kind: z.literal("frozen"), reasons: freezeReasons }),
  ]),
});

/** Reads an evaluation back from an event. */
export const sloEvaluationSchema: z.ZodType<SloEvaluation> = z
  .object({
    sloId: z.string(),
    sloVersion: z.number(),
    service: z.string(),
    atMs: z.number(),
    target: z.number(),
    period: z.object({ fromMs: z.number(), toMs: z.number(), lengthMs: z.number() }),
    sliRatio: z.number().optional(),
    coverageRatio: z.number(),
    watermarkMs: z.number().optional(),
    budget: z.object({
      allowedBad: z.number(),
      bad: z.number(),
      total: z.number(),
      consumedRatio: z.number(),
      remainingRatio: z.number(),
      edge: z.object({ bad: z.number(), total: z.number() }),
    }),
    rules: z.array(ruleEvaluation),
    exhaustion: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("spent") }),
      z.object({ kind: z.literal("never") }),
      z.object({ kind: z.literal("in"), durationMs: z.number(), burnRate: z.number(), windowMs: z.number() }),
    ]),
    verdict: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("healthy") }),
      z.object({ kind: z.literal("firing"), tier, ruleId: z.string() }),
      z.object({ kind: z.literal("frozen"), reasons: freezeReasons }),
      z.object({ kind: z.literal("no-data"), reasons: freezeReasons }),
    ]),
    gateBurn: z.object({ oneHour: windowBurn, sixHours: windowBurn }),
    dataLoss: z.boolean(),
    mode: z.enum(["active", "shadow"]),
  })
  .transform((read) => ({ ...read, sliRatio: read.sliRatio, watermarkMs: read.watermarkMs }));

/** Reads an alert's facts back from an event. */
export const alertFactsSchema: z.ZodType<AlertFacts> = z.object({
  key: z.string(),
  alertId: z.string(),
  sloId: z.string(),
  service: z.string(),
  kind: z.enum(["burn", "data-loss"]),
  tier,
  ruleId: z.string().exactOptional(),
  atMs: z.number(),
  explanation: z.string(),
  evaluation: sloEvaluationSchema,
});
