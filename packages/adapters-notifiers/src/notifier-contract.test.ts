import type { Notifier } from "@plimsoll/core";
import { describeContract, notifierContract, type NotifierHarness } from "@plimsoll/testkit";
import { describe, it } from "vitest";
import { createConsoleNotifier } from "./console.js";
import { createSlackWebhookNotifier } from "./slack.js";
import { createTelegramNotifier } from "./telegram.js";
import { ProviderServer, type ProviderAnswer } from "./testing/provider-server.js";
import { createWebhookNotifier } from "./webhook.js";

/** Given up soon only where the provider hangs: elsewhere a slow machine would look like a silent provider. */
const SHORT_MS = 300;
const LONG_MS = 20_000;

type Channel = {
  readonly name: string;
  readonly secret: string;
  readonly carriesIdempotencyKey: boolean;
  readonly accept: ProviderAnswer;
  readonly make: (url: string, timeoutMs: number) => Notifier;
};

const channels: readonly Channel[] = [
  {
    name: "webhook",
    secret: "whsec-7f3a9c",
    carriesIdempotencyKey: true,
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
    name: "telegram",
    secret: "123456:AAtelegramtoken",
    carriesIdempotencyKey: false,
    accept: { status: 200, body: '{"ok":true,"result":{"message_id":77}}' },
    make: (url, timeoutMs) =>
      createTelegramNotifier({ botToken: "123456:AAtelegramtoken", chatId: -100, apiUrl: url, timeoutMs }),
  },
];

for (const { name, secret, carriesIdempotencyKey, accept, make } of channels) {
  describe(name, () => {
    describeContract({ describe, it }, notifierContract, async (): Promise<NotifierHarness> => {
      const provider = await ProviderServer.start(() => accept);
      const patient = make(provider.url, LONG_MS);
      const hasty = make(provider.url, SHORT_MS);
      let notifier = patient;
      return {
        get notifier() {
          return notifier;
        },
        secret,
        carriesIdempotencyKey,
        behave: (behaviour) => {
          notifier = behaviour.kind === "hang" ? hasty : patient;
          return provider.behave(behaviour, () => accept);
        },
        received: () => provider.texts(),
        close: () => provider.close(),
      };
    });
  });
}

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
