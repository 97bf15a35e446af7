import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import { createTeamsNotifier, teamsMessage } from "./teams.js";
import { PAGE } from "./testing/notification-sample.js";
import { ProviderServer } from "./testing/provider-server.js";

let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

type Part = { readonly type: string; readonly text?: string; readonly inlines?: readonly Part[] };
const card = (notification: Parameters<typeof teamsMessage>[0]) =>
  teamsMessage(notification).attachments[0]?.content as unknown as {
    readonly body: readonly Part[];
    readonly actions?: readonly { readonly type: string; readonly url: string; readonly title: string }[];
  };

describe("what a workflow answers", () => {
  async function outcomeOf(status: number, body: string) {
    provider = await ProviderServer.start(() => ({ status, body }));
    return createTeamsNotifier({ webhookUrl: provider.url }).send(PAGE);
  }

  it.each(["", "1", '{"done":true}'])("is what its maker lets it answer: %j is a success", async (body) => {
    expect(await outcomeOf(202, body)).toEqual({ kind: "sent" });
  });

  it.each(["<!doctype html><title>Sign in</title>", "\n <html>"])(
    "is no page for people: after %j the message is sent again",
    async (body) => {
      expect(await outcomeOf(200, body)).toEqual({
        kind: "failed",
        retryable: true,
        failure: "doubtful",
        reason: "Teams answered with a page for people: check that webhookUrl is that of a workflow",
      });
      await provider?.close();
      expect(await outcomeOf(404, body)).toMatchObject({ retryable: false, reason: "Teams answered with status 404" });
    },
  );
});

describe("a Teams card", () => {
  it("shows title, text, fields, how it stands, and links", () => {
    const actions = [{ kind: "acknowledge", token: "tok", url: "https://plimsoll.example/act#tok" } as const];
    const { actions: links, body } = card({
      ...PAGE,
      status: "firing",
      severity: "SEV1",
      atMs: Date.UTC(2026, 10, 21, 3),
      actions,
    });
    expect(body.map(({ inlines = [] }) => inlines.map(({ text }) => text).join(""))).toEqual([
      "payments-availability pages",
      "6.2x over 6 h against 6x",
      "budget left: 41 %",
      "page · firing, SEV1, 2026-11-21 03:00 UTC",
    ]);
    expect(links).toEqual([
      { type: "Action.OpenUrl", title: "Open", url: PAGE.url },
      { type: "Action.OpenUrl", title: "Acknowledge", url: "https://plimsoll.example/act#tok" },
    ]);
  });

  it("is coloured by how it stands", () => {
    const color = (change: object) => card({ ...PAGE, ...change }).body[0]?.inlines?.[0];
    expect(color({})).toMatchObject({ color: "Attention" });
    expect(color({ urgency: "ticket" })).toMatchObject({ color: "Warning" });
    expect(color({ urgency: "info" })).toMatchObject({ color: "Default" });
    expect(color({ status: "resolved" })).toMatchObject({ color: "Good" });
  });

  it("reads no markup and no function out of what it is told: all text is in runs, which are shown as they are", () => {
    const evil = "**b** [x](https://evil.example) <at>all</at> {{DATE(2026-11-21T00:00:00Z,SHORT)}} ${secret}";
    const { actions, body } = card({
      ...PAGE,
      title: evil,
      text: evil,
      fields: [{ name: evil, value: evil }],
      url: "javascript:alert(1)",
    });
    expect(actions).toBeUndefined();
    for (const part of body) {
      expect(part.type).toBe("RichTextBlock");
      for (const one of part.inlines ?? []) {
        expect(one.type).toBe("TextRun");
        expect(one.text).not.toMatch(/\{\{|\$\{/);
      }
    }
  });

  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constant("\u20ac".repeat(30_000)),
    fc.constant('"\\{{'.repeat(9_000)),
  );
  test.prop({ text: anyText, value: anyText })("is never larger than Teams takes", ({ text, value }) => {
    const fields = Array.from({ length: 30 }, () => ({ name: value, value }));
    const message = teamsMessage({ ...PAGE, title: text, text, fields, url: `https://a.example/${"x".repeat(3_000)}` });
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(28_000);
  });

  it("says how many fields it left out", () => {
    const fields = Array.from({ length: 13 }, (_, index) => ({ name: `f${index}`, value: "x" }));
    expect(JSON.stringify(card({ ...PAGE, fields }))).toContain("page · 3 more fields");
  });
});
