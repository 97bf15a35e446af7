import { Secret, type NotifierConfig } from "@plimsoll/config";
import { describe, expect, it } from "vitest";
import { actionKey, callbackSecrets } from "./callback-secrets.js";
import { openCallbacks } from "./callback-settings.js";
import { polledBots } from "./polled-bots.js";

const slack = (name: string, more: object = {}): NotifierConfig => ({
  name,
  type: "slack-app",
  settings: { botToken: "xoxb-1", channel: "C024BE91L", ...more },
});
const telegram = (name: string, more: object = {}): NotifierConfig => ({
  name,
  type: "telegram",
  settings: { botToken: secret("1:AAA"), chatId: 1, ...more },
});
const pagerDuty = (more: object): NotifierConfig => ({
  name: "duty",
  type: "pagerduty",
  settings: { routingKey: "key", ...more },
});
const secret = (value: string) => new Secret(value, "${env:NAME}");
const hook: NotifierConfig = { name: "hook", type: "webhook", settings: {} };
const message = {
  idempotencyKey: "1",
  threadKey: "INC-001",
  urgency: "page",
  title: "",
  text: "",
  fields: [],
} as const;

async function buttonsOf(
  notifiers: readonly NotifierConfig[],
  environment: Readonly<Record<string, string | undefined>> = {},
) {
  const parts = openCallbacks({ notifiers }, environment);
  const made = [...notifiers.map(({ name }) => name), "gone"].map(async (notifier) => {
    const actions = await parts?.actions({ id: "1", notifier, notification: message });
    return [notifier, actions?.length] as const;
  });
  return Object.fromEntries(await Promise.all(made));
}

describe("the buttons of messages", () => {
  it("are made for channels alone that can call back", async () => {
    const notifiers = [slack("chat"), telegram("bot"), hook];
    expect(await buttonsOf(notifiers, { PLIMSOLL_SLACK_SIGNING_SECRET: "0123456789abcdef" })).toEqual({
      chat: 3,
      bot: 0,
      hook: 0,
      gone: 0,
    });
    expect(await buttonsOf([slack("chat"), telegram("bot", { secretToken: secret("0123456789abcdef") })])).toEqual({
      chat: 0,
      bot: 3,
      gone: 0,
    });
    expect(await buttonsOf([pagerDuty({ webhookSecret: "0123456789abcdef" })])).toEqual({ duty: 0, gone: 0 });
  });

  it("are made for a bot that is polled, for all that write as it, and for no other bot", async () => {
    const notifiers = [
      telegram("night", { buttons: "poll" }),
      telegram("day", { chatId: 2 }),
      telegram("other", { botToken: "2:BBB" }),
    ];
    expect(await buttonsOf(notifiers)).toEqual({ night: 3, day: 3, other: 0, gone: 0 });
  });

  it("are not made, and nothing is listened to, without a secret and a poll", () => {
    expect(openCallbacks({ notifiers: [slack("chat"), telegram("bot")] }, {})).toBeUndefined();
    expect(openCallbacks({ notifiers: [] }, { PLIMSOLL_SLACK_SIGNING_SECRET: "" })).toBeUndefined();
  });
});

describe("the bots that are polled", () => {
  it("are asked once each, at the address of the notifier that says so", () => {
    const notifiers = [
      telegram("day", { apiUrl: "http://127.0.0.1:1" }),
      telegram("night", { buttons: "poll", apiUrl: "http://127.0.0.1:2" }),
      telegram("week", { buttons: "poll", apiUrl: "http://127.0.0.1:3" }),
      telegram("plain", { botToken: "2:BBB", buttons: "poll" }),
      telegram("webhook", { botToken: "3:CCC", buttons: "webhook" }),
      hook,
    ];
    expect(polledBots(notifiers)).toEqual([
      { token: "1:AAA", apiUrl: "http://127.0.0.1:2", notifiers: ["day", "night", "week"] },
      { token: "2:BBB", apiUrl: "https://api.telegram.org", notifiers: ["plain"] },
    ]);
  });
});

describe("the secrets of channels", () => {
  it("that can be guessed are refused, without being repeated", () => {
    expect(() => callbackSecrets([], { PLIMSOLL_TELEGRAM_SECRET_TOKEN: "short-secret-15" })).toThrow(
      "PLIMSOLL_TELEGRAM_SECRET_TOKEN has fewer than 16 characters, which can be guessed; set the whole secret.",
    );
    expect(() => callbackSecrets([slack("chat", { signingSecret: secret("short-secret-15") })], {})).toThrow(
      "notifiers.chat.signingSecret has fewer than 16 characters, which can be guessed; set the whole secret.",
    );
    expect(callbackSecrets([], { PLIMSOLL_TELEGRAM_SECRET_TOKEN: "just-long-enough" })).toEqual({
      telegram: "just-long-enough",
    });
  });

  it("are those of the notifiers, and of the environment where these say nothing", () => {
    const environment = {
      PLIMSOLL_SLACK_SIGNING_SECRET: "slack-of-the-environment",
      PLIMSOLL_TELEGRAM_SECRET_TOKEN: "telegram-of-the-environment",
      PLIMSOLL_PAGERDUTY_WEBHOOK_SECRET: "pagerduty-of-the-environment",
    };
    const notifiers = [
      slack("chat", { signingSecret: secret("slack-of-the-file") }),
      slack("ops"),
      telegram("bot"),
      pagerDuty({ webhookSecret: secret("pagerduty-of-the-file") }),
    ];
    expect(callbackSecrets(notifiers, environment)).toEqual({
      slack: "slack-of-the-file",
      telegram: "telegram-of-the-environment",
      pagerduty: "pagerduty-of-the-file",
    });
  });

  it("are one for each channel, which has one address", () => {
    const notifiers = (other: string) => [
      telegram("day", { secretToken: secret("one-of-one's-own") }),
      telegram("night", { secretToken: secret(other) }),
    ];
    expect(callbackSecrets(notifiers("one-of-one's-own"), {})).toEqual({ telegram: "one-of-one's-own" });
    expect(() => callbackSecrets(notifiers("another-of-one's-own"), {})).toThrow(
      "notifiers.day.secretToken and notifiers.night.secretToken differ, and /callbacks/telegram goes by one secret; set the same in both, or leave one away.",
    );
  });

  it("make the key of buttons: another secret, or one at another channel, is another key", () => {
    const keys = [{ slack: "a" }, { slack: "b" }, { telegram: "a" }, { slack: "a", telegram: "a" }, {}].map((secrets) =>
      actionKey(secrets).toString("hex"),
    );
    const polled = [["a"], ["b"], ["a", "b"]].map((tokens) => actionKey({}, tokens).toString("hex"));
    expect(new Set([...keys, ...polled]).size).toBe(8);
    expect(actionKey({ slack: "a" }).toString("hex")).toBe(keys[0]);
    expect(actionKey({}, ["b", "a"]).toString("hex")).toBe(polled[2]);
  });
});
