import type { DeadMan, DeadManOutcome } from "@plimsoll/core";
import { z } from "zod";
import { isRetryableStatus, isSuccess, postJson } from "./post-json.js";
import { readSettings } from "./read-settings.js";
import { guardedText, httpUrl, reveal } from "./secret-text.js";

/** Settings of the dead-man ping. */
export const deadManSettingsSchema = z
  .strictObject({
    url: guardedText(
      "Address that is called while paging works, of a service that raises the alarm when the calls stay away; a reference, as it holds a token.",
      "an address of http or https",
    ).refine((url) => httpUrl(reveal(url)) !== undefined, "It is not an address of http or https."),
    timeoutMs: z
      .number()
      .int()
      .min(1)
      .max(60_000)
      .meta({ description: "Milliseconds until an attempt is given up." })
      .default(10_000),
  })
  .meta({ description: "Tells a service elsewhere that paging still works." });

/** What may be given in code. */
export type DeadManSettings = z.input<typeof deadManSettingsSchema>;

/** Makes a dead-man ping by HTTP: an empty JSON object by POST, which the services that wait for such pings take. */
export function createHttpDeadMan(settings: DeadManSettings): DeadMan {
  const { url, timeoutMs } = readSettings("dead-man", deadManSettingsSchema, settings);
  return {
    async ping(): Promise<DeadManOutcome> {
      const answer = await postJson({ url: new URL(reveal(url)), body: "{}", timeoutMs });
      if (isSuccess(answer)) return { kind: "pinged" };
      if (answer.kind === "unreachable") return failed(true, answer.reason);
      // What the service says is left out: it may quote its own address, and the token in it.
      return failed(isRetryableStatus(answer.status), `it answered with status ${answer.status}`);
    },
  };
}

function failed(retryable: boolean, reason: string): DeadManOutcome {
  return { kind: "failed", retryable, reason: `The dead-man service: ${reason}` };
}
