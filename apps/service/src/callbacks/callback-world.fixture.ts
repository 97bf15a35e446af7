import type { NotificationAction, OnCallSettings } from "@plimsoll/core";
import { startMemoryService, type MemoryService } from "../testing/memory-service.js";
import { createActionDesk, type ActionDesk } from "./action-desk.js";
import { createActionTokens } from "./action-tokens.js";
import { actionKey } from "./callback-secrets.js";

const SECRETS = {
  slack: "slack-signing-secret-0",
  telegram: "telegram-secret-token-0",
  pagerduty: "pagerduty-webhook-secret-0",
} as const;

const ON_CALL: OnCallSettings = {
  people: [
    {
      id: "ada",
      name: "Ada",
      zone: "UTC",
      contacts: [
        { notifier: "chat", address: "U0ADA0001" },
        { notifier: "bot", address: "4711" },
        { notifier: "duty", address: "PADA001" },
        // The same id at a channel that nobody calls back from.
        { notifier: "mail", address: "U0EVE0001" },
      ],
    },
  ],
  teams: [],
  schedules: [],
  policies: [
    {
      id: "all",
      steps: [{ targets: [{ kind: "person", personId: "ada" }], delayMs: 60_000 }],
      repeat: 1,
      fallback: [{ kind: "person", personId: "ada" }],
    },
  ],
  policyOf: new Map(),
  defaultPolicy: "all",
};

/** An incident that waits for somebody, and channels that can call back. */
export type CallbackWorld = {
  readonly service: MemoryService;
  readonly secrets: typeof SECRETS;
  readonly desk: ActionDesk;
  /** The token of a button of its message. */
  token(kind: NotificationAction["kind"]): string;
  actions(more: object): readonly NotificationAction[];
};

export async function createEngineParts(): Promise<CallbackWorld> {
  const tokens = createActionTokens(actionKey(SECRETS));
  const types: Readonly<Record<string, string>> = {
    chat: "slack-app",
    bot: "telegram",
    duty: "pagerduty",
    mail: "email",
  };
  const desk: ActionDesk = {
    carryOut: (channel, action) =>
      createActionDesk({
        engine: service.engine,
        tokens,
        notifierType: (name) => types[name],
        nowMs: service.clock.nowMs,
      }).carryOut(channel, action),
  };
  const service: MemoryService = await startMemoryService({
    settings: { onCall: ON_CALL },
    callbacks: { secrets: SECRETS, desk },
  });
  await service.engine.declareIncident({
    title: "It is slow",
    severity: "SEV2",
    service: "payments",
    actor: "bob",
  });
  const actions = (more: object) =>
    tokens.make(
      {
        idempotencyKey: "1",
        threadKey: "INC-001",
        urgency: "page",
        title: "",
        text: "",
        fields: [],
        status: "firing",
        ...more,
      },
      service.clock.nowMs(),
    );
  return {
    service,
    secrets: SECRETS,
    desk,
    actions,
    token: (kind) => actions({}).find((one) => one.kind === kind)?.token ?? "",
  };
}
