import { describe, expect, it } from "vitest";
import { openCallbacks } from "./callback-settings.js";
import { actionKey, callbackSecrets } from "./callback-secrets.js";

const config = {
  notifiers: [
    { name: "chat", type: "slack-app", settings: {} },
    { name: "bot", type: "telegram", settings: {} },
    { name: "hook", type: "webhook", settings: {} },
  ],
};
const message = {
  idempotencyKey: "1",
  threadKey: "INC-001",
  urgency: "page",
  title: "",
  text: "",
  fields: [],
} as const;

describe("the buttons of messages", () => {
  it("are made for channels alone that can call back", async () => {
    const parts = openCallbacks(config, { PLIMSOLL_SLACK_SIGNING_SECRET: "0123456789abcdef" });
    const made = async (notifier: string) =>
      (await parts?.actions({ id: "1", notifier, notification: message }))?.length;
    expect(await made("chat")).toBe(3);
    expect(await made("bot")).toBe(0);
    expect(await made("hook")).toBe(0);
    expect(await made("gone")).toBe(0);
  });

  it("are not made, and nothing is listened to, without a secret", () => {
    expect(openCallbacks(config, {})).toBeUndefined();
    expect(openCallbacks(config, { PLIMSOLL_SLACK_SIGNING_SECRET: "" })).toBeUndefined();
  });
});

describe("the secrets of channels", () => {
  it("that can be guessed are refused, without being repeated", () => {
    expect(() => callbackSecrets({ PLIMSOLL_TELEGRAM_SECRET_TOKEN: "short-secret-15" })).toThrow(
      "PLIMSOLL_TELEGRAM_SECRET_TOKEN has fewer than 16 characters, which can be guessed; set the whole secret.",
    );
    expect(callbackSecrets({ PLIMSOLL_TELEGRAM_SECRET_TOKEN: "just-long-enough" })).toEqual({
      telegram: "just-long-enough",
    });
  });

  it("make the key of buttons: another secret, or one at another channel, is another key", () => {
    const keys = [{ slack: "a" }, { slack: "b" }, { telegram: "a" }, { slack: "a", telegram: "a" }, {}].map((secrets) =>
      actionKey(secrets).toString("hex"),
    );
    expect(new Set(keys).size).toBe(5);
    expect(actionKey({ slack: "a" }).toString("hex")).toBe(keys[0]);
  });
});
