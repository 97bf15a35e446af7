import type { Notifier } from "@plimsoll/core";
import { describeContract, notifierContract, type NotifierHarness } from "@plimsoll/testkit";
import { describe, it } from "vitest";
import { createConsoleNotifier } from "./console.js";
import { createEmailNotifier } from "./email.js";
import { createPagerDutyNotifier } from "./pagerduty.js";
import { createSlackAppNotifier } from "./slack-app.js";
import { createSlackWebhookNotifier } from "./slack.js";
import { createTeamsNotifier } from "./teams.js";
import { createTelegramNotifier } from "./telegram.js";
import { MailServer } from "./testing/mail-server.js";
import { ProviderServer, type ProviderAnswer } from "./testing/provider-server.js";
import { createWebhookNotifier } from "./webhook.js";

/** Given up soon only where the provider hangs: elsewhere a slow machine would look like a silent provider. */
const SHORT_MS = 300;
const LONG_MS = 20_000;
const PATIENCE_MS = 30_000;

type Channel = Pick<NotifierHarness, "address" | "carriesActions" | "carriesIdempotencyKey"> & {
  readonly name: string;
  readonly secret: string;
  readonly accept: ProviderAnswer;
  readonly make: (url: string, timeoutMs: number) => Notifier;
};

const channels: readonly Channel[] = [
  {
    name: "webhook",
    secret: "whsec-7f3a9c",
    carriesIdempotencyKey: true,
    carriesActions: true,
    address: "ana",
    accept: { status: 204, body: "" },
    make: (url, timeoutMs) =>
      createWebhookNotifier({ url: `${url}/hooks/whsec-7f3a9c`, signingSecret: "whsec-7f3a9c", timeoutMs }),
  },
  {
    name: "slack",
    secret: "XXXXslackXXXX",
    carriesIdempotencyKey: false,
    accept: { status: 200, body: "ok" },
    make: (url, timeoutMs) =>
      createSlackWebhookNotifier({
        webhookUrl: { reveal: () => `${url}/services/T0/B0/XXXXslackXXXX` },
        timeoutMs,
      }),
  },
  {
    name: "slack-app",
    secret: "xoxb-123456-slackapp",
    carriesIdempotencyKey: false,
    carriesActions: true,
    address: "U0ANA123",
    accept: { status: 200, body: '{"ok":true,"channel":"C024BE91L","ts":"1795298400.000247"}' },
    make: (url, timeoutMs) =>
      createSlackAppNotifier({
        botToken: { reveal: () => "xoxb-123456-slackapp" },
        channel: "#oncall",
        apiUrl: `${url}/api`,
        timeoutMs,
      }),
  },
  {
    name: "teams",
    secret: "teams-sig-8a7b6c",
    carriesIdempotencyKey: false,
    carriesActions: true,
    accept: { status: 202, body: "" },
    make: (url, timeoutMs) =>
      createTeamsNotifier({ webhookUrl: `${url}/workflows/1/triggers/manual?sig=teams-sig-8a7b6c`, timeoutMs }),
  },
  {
    name: "telegram",
    secret: "123456:AAtelegramtoken",
    carriesIdempotencyKey: false,
    carriesActions: true,
    address: "-10012345",
    accept: { status: 200, body: '{"ok":true,"result":{"message_id":77}}' },
    make: (url, timeoutMs) =>
      createTelegramNotifier({ botToken: "123456:AAtelegramtoken", chatId: -100, apiUrl: url, timeoutMs }),
  },
  {
    name: "pagerduty",
    secret: "R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00",
    carriesIdempotencyKey: true,
    carriesActions: true,
    accept: { status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"x"}' },
    make: (url, timeoutMs) =>
      createPagerDutyNotifier({ routingKey: "R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00", eventsUrl: url, timeoutMs }),
  },
];

for (const { accept, make, name, ...capabilities } of channels) {
  describe(name, () => {
    describeContract({ describe, it }, notifierContract, async (): Promise<NotifierHarness> => {
      const provider = await ProviderServer.start(() => accept);
      const patient = make(provider.url, LONG_MS);
      const hasty = make(provider.url, SHORT_MS);
      let notifier = patient;
      return {
        ...capabilities,
        get notifier() {
          return notifier;
        },
        behave: (behaviour) => {
          notifier = behaviour.kind === "hang" ? hasty : patient;
          return provider.behave(behaviour, () => accept);
        },
        received: () => provider.texts(),
        close: () => provider.close(),
        patienceMs: PATIENCE_MS,
      };
    });
  });
}

describe("email", () => {
  describeContract({ describe, it }, notifierContract, async (): Promise<NotifierHarness> => {
    const server = await MailServer.start();
    const make = (timeoutMs: number): Notifier =>
      createEmailNotifier({
        host: "127.0.0.1",
        port: server.port,
        tls: "none",
        timeoutMs,
        username: "plimsoll",
        password: "smtp-pass-5d4c3b",
        from: "plimsoll@example.org",
        to: "oncall@example.org",
      });
    const patient = make(LONG_MS);
    const hasty = make(SHORT_MS);
    let notifier = patient;
    return {
      get notifier() {
        return notifier;
      },
      secret: "smtp-pass-5d4c3b",
      carriesIdempotencyKey: true,
      carriesActions: true,
      address: "ana@example.org",
      saysWhenToRetry: false,
      answersInHttp: false,
      behave: (behaviour) => {
        notifier = behaviour.kind === "hang" ? hasty : patient;
        return server.behave(behaviour);
      },
      received: () =>
        server.received.map(({ headers, parts, recipients }) =>
          [...recipients, ...headers.map((header) => header.join(": ")), ...parts.map(({ text }) => text)].join("\n"),
        ),
      close: () => server.close(),
      patienceMs: PATIENCE_MS,
    };
  });
});

describe("console", () => {
  describeContract({ describe, it }, notifierContract, (): NotifierHarness => {
    const written: string[] = [];
    return {
      notifier: createConsoleNotifier({}, (text) => written.push(text)),
      carriesIdempotencyKey: false,
      received: () => written,
    };
  });
});
