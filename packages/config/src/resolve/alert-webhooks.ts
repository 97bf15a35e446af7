import { webhookMapping, type WebhookMapping } from "@plimsoll/core";
import type { z } from "zod";
import type { ReadSecret } from "../config-registry.js";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog, Place } from "../issue-log.js";
import type { AlertWebhookConfig } from "../plimsoll-config.js";
import type { Secret } from "../secret.js";
import { webhookSchema } from "../schema/webhook-schema.js";
import { below, checkName, present, reportProblem } from "./read-entry.js";
import { readSettings } from "./settings.js";

type Reading = { readonly log: IssueLog; readonly readSecret: ReadSecret };
type WebhookInput = z.output<typeof webhookSchema>;

/** Shorter ones can be guessed over the network. */
const SHORTEST_TOKEN = 16;

/** Reads where alerts come in from elsewhere, by name. */
export function readAlertWebhooks(
  entries: ReadonlyMap<string, Entry>,
  reading: Reading,
): ReadonlyMap<string, AlertWebhookConfig> {
  return new Map(
    [...entries.values()].flatMap((entry): readonly (readonly [string, AlertWebhookConfig])[] => {
      checkName(entry, reading.log);
      const input = readSettings(webhookSchema, entry.value, entry.place, reading);
      if (input === undefined) return [];
      const { token } = input;
      if (token !== undefined) checkToken(entry.name, token, { place: below(entry.place, "token"), log: reading.log });
      const mapping = readMapping(input, entry.place, reading.log);
      if (mapping === undefined) return [];
      const { resolveAfter: resolveTimeoutMs } = input;
      return [[entry.name, { name: entry.name, mapping, ...present({ token, resolveTimeoutMs }) }]];
    }),
  );
}

function readMapping(input: WebhookInput, place: Place, log: IssueLog): WebhookMapping | undefined {
  const { resolveAfter: _resolveAfter, token: _token, ...spec } = input;
  const made = webhookMapping(present(spec));
  if (made.ok) return made.value;
  for (const problem of made.error) reportProblem(problem, place, log);
  return undefined;
}

/** Reports a token that is too short to be safe; it is not shown. */
export function checkToken(
  name: string,
  token: Secret,
  { log, place }: { readonly place: Place; readonly log: IssueLog },
): void {
  if (token.reveal().length >= SHORTEST_TOKEN) return;
  log.report(place, {
    code: "invalid-value",
    message: `The token of \`${name}\` is too short to be safe.`,
    expected: `at least ${SHORTEST_TOKEN} characters`,
    fix: "Make a new one, such as with `openssl rand -hex 24`.",
  });
}
