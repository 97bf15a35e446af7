import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import { slackMessage } from "./slack-message.js";
import { createSlackWebhookNotifier } from "./slack.js";
import { PAGE } from "./testing/notification-sample.js";
import { ProviderServer } from "./testing/provider-server.js";

let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

describe("a Slack message", () => {
  it("shows title, text, fields and a link", () => {
    expect(slackMessage(PAGE)).toEqual({
      text: "payments-availability pages\n6.2x over 6 h against 6x",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "payments-availability pages", emoji: false } },
        { type: "section", text: { type: "plain_text", text: "6.2x over 6 h against 6x", emoji: false } },
        { type: "section", fields: [{ type: "plain_text", text: "budget left\n41 %", emoji: false }] },
        {
          type: "context",
          elements: [
            {
              type: "mrkdwn",
              text: "page · <https://plimsoll.example/incidents/7?tab=a&amp;b=c|Open>",
              verbatim: true,
            },
          ],
        },
      ],
    });
  });

  it("calls nobody by what a message says", () => {
    const message = {
      ...PAGE,
      title: "<!channel>",
      text: "<@U1> & <https://evil.example|click>",
      fields: [{ name: "<!here>", value: "<!here>" }],
    };
    const { text, blocks } = slackMessage(message);
    expect(text).toBe("&lt;!channel&gt;\n&lt;@U1&gt; &amp; &lt;https://evil.example|click&gt;");
    expect(JSON.stringify(blocks.slice(0, 3))).not.toMatch(/[<>]/);
  });

  it("leaves out a link that is no web address", () => {
    expect(JSON.stringify(slackMessage({ ...PAGE, url: "javascript:alert(1)" }))).not.toContain("javascript");
  });

  it("says how many fields it left out", () => {
    const fields = Array.from({ length: 55 }, (_, index) => ({ name: `field ${index}`, value: "x" }));
    const { blocks } = slackMessage({ ...PAGE, fields });
    expect(JSON.stringify(blocks.at(-1))).toContain("15 more fields");
    expect(blocks.filter((block) => "fields" in block)).toHaveLength(4);
  });

  it("says Plimsoll where title and text are of control characters alone, as Slack takes no empty text", () => {
    expect(slackMessage({ ...PAGE, title: "\u0000", text: "" }).text).toBe("Plimsoll");
    expect(slackMessage({ ...PAGE, title: " ", text: "\u202e" }).text).toBe("Plimsoll");
    expect(slackMessage({ ...PAGE, title: "\u0000", text: "burns" }).text).toBe("burns");
  });

  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme", maxLength: 5_000 }),
    fc.constant("&".repeat(6_000)),
    fc.constant("😀<".repeat(3_000)),
  );
  test.prop({ title: anyText, text: anyText, name: anyText, value: anyText })(
    "keeps to Block Kit's limits whatever it says",
    ({ title, text, name, value }) => {
      const message = slackMessage({
        ...PAGE,
        title,
        text,
        fields: Array.from({ length: 12 }, () => ({ name, value })),
      });
      expect(message.text.length).toBeLessThanOrEqual(4_000);
      expect(message.text.length).toBeGreaterThan(0);
      for (const block of message.blocks) {
        const shown = block as { text?: { text: string }; fields?: { text: string }[] };
        const limit = block.type === "header" ? 150 : 3_000;
        if (shown.text !== undefined) {
          expect(shown.text.text.length).toBeLessThanOrEqual(limit);
          expect(shown.text.text).not.toMatch(/&(?!amp;|lt;|gt;)/);
          expect(shown.text.text).not.toBe("");
        }
        expect(shown.fields?.length ?? 0).toBeLessThanOrEqual(10);
        for (const field of shown.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
      }
    },
  );
});

describe("what Slack answers", () => {
  async function outcomeOf(status: number, body: string) {
    provider = await ProviderServer.start(() => ({ status, body }));
    return createSlackWebhookNotifier({ webhookUrl: `${provider.url}/services/T000/B000/XXXXsecret` }).send(PAGE);
  }

  it("is repeated when it is one of its words", async () => {
    expect(await outcomeOf(400, "invalid_blocks")).toEqual({
      kind: "failed",
      retryable: false,
      failure: "refused",
      reason: "Slack answered with status 400: invalid_blocks",
    });
  });

  it("is not repeated when it is not", async () => {
    expect(await outcomeOf(404, "<html>no such page XXXXsecret</html>")).toEqual({
      kind: "failed",
      retryable: false,
      failure: "refused",
      reason: "Slack answered with status 404",
    });
  });

  it.each(["", "<html>sign in</html>", "o", "okay", '{"ok":true}'])(
    "leaves in doubt whether the message was taken when it is 200 and %j, so it is sent again",
    async (body) => {
      expect(await outcomeOf(200, body)).toEqual({
        kind: "failed",
        retryable: true,
        failure: "doubtful",
        reason: "Slack answered something else than ok: check that webhookUrl is that of an incoming webhook",
      });
    },
  );

  it("is not asked for when webhookUrl is no address", async () => {
    const outcome = await createSlackWebhookNotifier({ webhookUrl: "XXXXsecret" }).send(PAGE);
    expect(outcome).toEqual({
      kind: "failed",
      retryable: false,
      failure: "refused",
      reason: "Slack: webhookUrl is not an address of http or https",
    });
  });
});
