import { ensure, ensureEqual } from "../expectation.js";
import type { ContractCase } from "../port-contract.js";
import {
  edit,
  ensureDoubted,
  ensureFailed,
  everythingSaid,
  MESSAGE,
  send,
  type NotifierHarness,
} from "./notifier-harness.js";

const CALMED = { ...MESSAGE, urgency: "info", status: "resolved", text: "resolved after 7 minutes" } as const;

// What never came from this notifier: nothing, paths, line ends, other grammars, very much.
const FOREIGN_IDS = ["", "../../etc", "1/../2", "7\r\nX-Evil: 1", "<script>", "7 or 1=1", "9".repeat(5_000)] as const;

/** The promises of a notifier that can edit what it sent. */
export const notifierEditCases: readonly ContractCase<NotifierHarness>[] = [
  {
    name: "edits the message that it sent, by the id that it gave",
    cannotRun: cannotEdit,
    async run(harness) {
      const messageId = await sentId(harness);
      const before = harness.received().length;
      ensureEqual((await edit(harness, messageId, CALMED)).kind, "sent", "outcome of an edit");
      const said = harness.received().slice(before).join("\n");
      ensure(said.includes(CALMED.text), `the new text is not in what was received: ${said}`);
    },
  },
  {
    name: "answers an edit with an outcome, whatever the provider does",
    cannotRun: cannotEdit,
    async run(harness) {
      const messageId = await sentId(harness);
      if (harness.behave === undefined) return;
      await harness.behave({ kind: "status", status: 503, body: "later" });
      ensureFailed(await edit(harness, messageId, CALMED), true);
      await harness.behave({ kind: "status", status: 403, body: "no" });
      ensureFailed(await edit(harness, messageId, CALMED), false);
      await harness.behave({ kind: "malformed", body: "<html>" });
      ensureDoubted(await edit(harness, messageId, CALMED));
      await harness.behave({ kind: "drop" });
      ensureFailed(await edit(harness, messageId, CALMED), true);
      await harness.behave({ kind: "hang" });
      ensureFailed(await edit(harness, messageId, CALMED), true);
    },
  },
  {
    name: "edits nothing by an id that it never gave",
    cannotRun: cannotEdit,
    async run(harness) {
      for (const foreign of FOREIGN_IDS) {
        ensureFailed(await edit(harness, foreign, CALMED), false);
        ensureEqual(harness.received().length, 0, `requests for the id ${JSON.stringify(foreign.slice(0, 40))}`);
      }
    },
  },
  {
    name: "keeps its secret out of every reason of an edit",
    cannotRun: (harness) => cannotEdit(harness) ?? (harness.secret === undefined ? "it has no secret" : undefined),
    async run(harness) {
      const secret = harness.secret ?? "";
      const messageId = await sentId(harness);
      for (const status of [401, 500]) {
        await harness.behave?.({ kind: "status", status, body: `{"ok":false,"description":"token ${secret}"}` });
        const said = await everythingSaid(() => edit(harness, messageId, CALMED));
        ensure(!said.includes(secret), `the secret is in what it says of ${status}: ${said.replaceAll(secret, "…")}`);
      }
    },
  },
];

function cannotEdit(harness: NotifierHarness): string | undefined {
  return harness.notifier.update === undefined ? "this channel cannot edit" : undefined;
}

async function sentId(harness: NotifierHarness): Promise<string> {
  const sent = await send(harness, MESSAGE);
  ensure(sent.kind === "sent", "the message was not sent");
  ensure(sent.messageId !== undefined, "it can edit, and gives no id to edit by");
  return sent.messageId;
}
