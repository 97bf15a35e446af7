import { z } from "zod";
import { instant } from "./slo-schemas.js";

/** Every refusal has this body. */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string().describe("what failed, the value, and what to do"),
  path: z.string().optional(),
  version: z
    .number()
    .int()
    .optional()
    .describe("the present version of what was written to, where another was expected"),
});
export type Problem = z.infer<typeof problemSchema>;

export const sourceHealthSchema = z.object({
  name: z.string(),
  type: z.string(),
  state: z.enum(["ok", "failing", "starting"]),
  lastReadAt: instant.optional(),
  lastError: z.string().optional(),
  setAside: z.array(z.object({ reason: z.string(), count: z.number(), example: z.string() })),
});

export const metaSchema = z.object({
  version: z.string(),
  startedAt: instant,
  sliceMs: z.number(),
  storage: z.string().describe("kind only: embedded or server; never an address with a secret"),
  demo: z.boolean(),
  notice: z.string().optional().describe("something every page should say, such as that the history was simulated"),
  sources: z.array(sourceHealthSchema),
});
export type Meta = z.infer<typeof metaSchema>;

export const reportQuerySchema = z.object({
  period: z.string().default("7d").describe("a duration such as 7d, ending now"),
  format: z.enum(["json", "markdown", "text"]).default("json"),
});

/** What the event stream sends: the name of what changed; readers fetch what they show. */
export const liveEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("evaluated"),
    at: instant,
    changed: z.array(z.string()).describe("ids of SLOs whose verdict or alert changed"),
  }),
  z.object({ type: z.literal("incident"), at: instant, id: z.string() }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;
