import type { Notification } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { emailHtml, emailSubject, emailText } from "./email-text.js";
import { pagerDutyEvent } from "./pagerduty.js";
import { slackMessage, type Block } from "./slack-message.js";
import { teamsMessage } from "./teams.js";
import { telegramHtml } from "./telegram.js";
import { PAGE } from "./testing/notification-sample.js";

/** What an alert's labels may hold that means something to somebody who reads on. */
const LABELS = [
  `<img src=x onerror=alert(1)>`,
  `</td></table><script>alert(1)</script>`,
  `<a href="https://evil.example">reset your password</a>`,
  `" onmouseover="alert(1)`,
  `</b><a href="tg://resolve?domain=evil">Open</a>`,
  `<!channel> <!here> <@U012AB3CD> <#C012AB3CD> <!subteam^S1>`,
  `@here @channel @everyone`,
  `<https://evil.example|Open>`,
  `*resolved* _it_ ~is~ \`over\` \`\`\``,
  `[Open](https://evil.example) ![](https://evil.example/pixel.png)`,
  `{{DATE(2026-11-21T00:00:00Z,SHORT)}} \${secret}`,
  `&lt;b&gt; &#60;b&#62; &amp;lt;`,
  `:rotating_light: :white_check_mark:`,
  `a\r\nBcc: eve@evil.example\r\n\r\nx`,
  `\u202egnp.exe \u2066x\u2069`,
  `\u0000\u0007\u001b[2J\u009b31m`,
] as const;

const ALL: Notification = {
  ...PAGE,
  title: LABELS.join(" "),
  text: LABELS.join("\n"),
  service: LABELS.join(" "),
  fields: LABELS.slice(0, 10).map((label) => ({ name: label, value: label })),
};
const each = LABELS.map((label): Notification => ({
  ...PAGE,
  title: label,
  text: label,
  fields: [{ name: label, value: label }],
}));
const messages = [ALL, ...each];

type Text = { readonly type: string; readonly text: string };
type Shown = { readonly text?: Text; readonly fields?: readonly Text[]; readonly elements?: readonly Text[] };
const textsOf = (blocks: readonly Block[]): readonly Text[] =>
  blocks.flatMap((block) => {
    const { elements = [], fields = [], text } = block as Shown;
    return [...(text === undefined ? [] : [text]), ...fields, ...elements];
  });

describe("labels of an alert that are markup", () => {
  it("call nobody in Slack, format nothing, and link nowhere", () => {
    for (const message of messages) {
      const { blocks, text } = slackMessage(message);
      expect(text).not.toMatch(/[<>]/);
      const texts = textsOf(blocks);
      expect(texts.length).toBeGreaterThanOrEqual(4);
      for (const one of texts.slice(0, -1)) {
        expect(one).toMatchObject({ type: "plain_text", emoji: false });
        expect(one.text).not.toMatch(/[<>]/);
      }
      expect(texts.at(-1)).toEqual({
        type: "mrkdwn",
        text: "page · <https://plimsoll.example/incidents/7?tab=a&amp;b=c|Open>",
        verbatim: true,
      });
    }
  });

  it("have no tag in Telegram but those of the message itself", () => {
    for (const message of messages) {
      const html = telegramHtml(message);
      const ours = /<\/?b>|<\/?i>|<a href="https:\/\/plimsoll\.example\/incidents\/7\?tab=a&amp;b=c">|<\/a>/g;
      expect(html.match(/<a /g)).toHaveLength(1);
      expect(html.replace(ours, "")).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    }
  });

  it("are runs of text in Teams, that compute nothing and are no Markdown", () => {
    for (const message of messages) {
      const card = JSON.stringify(teamsMessage(message));
      expect(card).not.toMatch(/"type":"(?:TextBlock|FactSet|Image|Media)"/);
      expect(card).not.toMatch(/\{\{|\$\{/);
      expect(card.match(/"url":"[^"]*"/g)).toEqual(['"url":"https://plimsoll.example/incidents/7?tab=a&b=c"']);
    }
  });

  it("are words in a mail, in its HTML, its text and its one line of subject", () => {
    for (const message of messages) {
      const html = emailHtml(message);
      expect(html).not.toMatch(/<(?!\/?(?:!doctype|html|body|h2|p|table|tr|th|td|a)\b)/);
      expect(html.match(/<a /g)).toHaveLength(1);
      expect(html).not.toMatch(/<[^>]*\son\w+=/);
      expect(emailSubject(message)).toMatch(/^\[PAGE\] [^\r\n]*$/);
      expect(emailText(message)).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    }
  });

  it("stay data in PagerDuty", () => {
    for (const message of messages) {
      const event = pagerDutyEvent(message);
      expect(event.payload.summary).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(event.links).toEqual([{ href: "https://plimsoll.example/incidents/7?tab=a&b=c", text: "Open" }]);
    }
  });
});
