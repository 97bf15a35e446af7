import Fastify from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { describeInvalidRequest } from "./invalid-request.js";

const body = z.strictObject({
  slos: z.union([z.literal("all"), z.array(z.string())]).default("all"),
  times: z
    .array(
      z.union([
        z.strictObject({
          days: z.array(z.string()).optional(),
          at: z.union([z.string(), z.object({ hour: z.number() })]).optional(),
        }),
        z.string(),
      ]),
    )
    .optional(),
  either: z.union([z.object({ a: z.number() }), z.object({ b: z.string() })]).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  count: z.number().int().optional(),
  effect: z.enum(["drop", "count-good"]).optional(),
  password: z.string().min(12).optional(),
  name: z.string({ error: "Give a name" }).optional(),
});
const app = Fastify().withTypeProvider<ZodTypeProvider>();
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
app.setErrorHandler((error, request, reply) => {
  if (!hasZodFastifySchemaValidationErrors(error)) throw error;
  void reply.code(400).send(describeInvalidRequest(error, request));
});
app.post("/", { schema: { body, querystring: z.object({ limit: z.coerce.number().optional() }) } }, async () => "ok");
afterAll(() => app.close());

const refusal = async (payload: unknown, url = "/") => {
  const answer = await app.inject({ method: "POST", url, payload: payload as object });
  return answer.json<{ readonly message: string }>().message;
};

describe("a request that does not fit", () => {
  it.each([
    [{ slos: 7 }, 'The body, at slos: found a number, expected "all" or a list.'],
    [{ slos: ["a", 1] }, "The body, at slos.1: found a number, expected text."],
    [{ times: [7] }, "The body, at times.0: found a number, expected an object or text."],
    [{ times: ["mon", { days: "mon" }] }, "The body, at times.1.days: found text that does not fit, expected a list."],
    [{ times: [{ days: ["mon", 1] }] }, "The body, at times.0.days.1: found a number, expected text."],
    [{ times: [{ day: ["mon"] }] }, 'The body, at times.0: Unrecognized key: "day".'],
    [
      { times: [{ at: { hour: "9" } }] },
      "The body, at times.0.at.hour: found text that does not fit, expected a number.",
    ],
    [{ either: { a: "x" } }, "The body, at either: Invalid input."],
    [
      { at: "tomorrow" },
      "The body, at at: found text that does not fit, expected an instant with its offset, such as 2026-11-01T22:00:00Z.",
    ],
    [{ at: null }, "The body, at at: found null, expected text."],
    [{ count: 1.5 }, "The body, at count: found a number with a fraction, expected a whole number."],
    [{ count: "" }, "The body, at count: found empty text, expected a number."],
    [{ count: {} }, "The body, at count: found an object, expected a number."],
    [{ count: true }, "The body, at count: found true or false, expected a number."],
    [{ effect: ["drop"] }, 'The body, at effect: found a list, expected "drop" or "count-good".'],
    [{ zone: 1 }, 'The body: Unrecognized key: "zone".'],
    [{ name: 1 }, "The body, at name: Give a name."],
    [[], "The body: found a list, expected an object."],
  ])("such as %j is told what was found and what was expected", async (payload, message) => {
    expect(await refusal(payload)).toBe(message);
  });

  it("is named by its part", async () => {
    expect(await refusal({}, "/?limit=many")).toMatch(/^The query, at limit: /);
  });

  it("is not told what stands in it: that may be a secret", async () => {
    expect(await refusal({ password: "sesame" })).not.toContain("sesame");
    expect(await refusal({ effect: "sesame" })).not.toContain("sesame");
  });
});
