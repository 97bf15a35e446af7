import { fc, test } from "@fast-check/vitest";
import type { Notifier } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEmailNotifier } from "./email.js";
import { notifierTypes } from "./index.js";
import { createSlackAppNotifier } from "./slack-app.js";
import { createTelegramNotifier } from "./telegram.js";
import { PAGE } from "./testing/notification-sample.js";
import { ProviderServer } from "./testing/provider-server.js";

let provider: ProviderServer;
beforeAll(async () => void (provider = await ProviderServer.start(() => ({ status: 200, body: '{"ok":true}' }))));
afterAll(() => provider.close());

/** A notifier of each type that says what an address may be, and addresses of both kinds. */
const channels = {
  "slack-app": {
    make: () => createSlackAppNotifier({ botToken: "xoxb-1", channel: "#oncall", apiUrl: provider.url }),
    usable: ["U0ANA123", "C024BE91L", "#oncall", "#störung-1"],
    useless: ["ana@example.org", "ana", "u0ana123", "U", "# oncall", "+34 600", ""],
  },
  telegram: {
    make: () => createTelegramNotifier({ botToken: "1:AA", chatId: 7, apiUrl: provider.url }),
    usable: ["12345", "-10012345", "@oncall"],
    useless: ["+34 600", "ana@example.org", "@a", "oncall", "1".repeat(21), ""],
  },
  email: {
    // Nobody listens at port 1: what is tried fails in another way than what is refused.
    make: () =>
      createEmailNotifier({ host: "127.0.0.1", port: 1, tls: "none", from: "plimsoll@example.org", to: "a@b.example" }),
    usable: ["ana@example.org", "a.b+c@example.org", `a@${"x.".repeat(90)}example`],
    useless: ["not an address", "ana", "Ana <ana@example.org>", `${"a".repeat(250)}@example.org`, ""],
  },
} as const satisfies Readonly<
  Record<
    string,
    { readonly make: () => Notifier; readonly usable: readonly string[]; readonly useless: readonly string[] }
  >
>;

/** Whether a notifier sends to an address, or refuses it unseen. */
async function isSentTo(notifier: Notifier, address: string): Promise<boolean> {
  const outcome = await notifier.send({ ...PAGE, address });
  return outcome.kind === "sent" || !outcome.reason.includes("the contact's address");
}

describe.each(Object.entries(channels))("what %s says of an address", (type, { make, usable, useless }) => {
  const schema = notifierTypes[type as keyof typeof channels].address;

  it.each([...usable.map((address) => [address, true] as const), ...useless.map((one) => [one, false] as const)])(
    "is what its notifier does with it: %j",
    async (address, expected) => {
      expect(schema.safeParse(address).success).toBe(expected);
      expect(await isSentTo(make(), address)).toBe(expected);
    },
  );

  const parts = fc.constantFrom("U", "C", "0", "9", "#", "@", "-", "+", " ", ".", "a", "ana", "example.org", "\n", "é");
  const anyAddress = fc.oneof(
    fc.string(),
    fc.array(parts, { maxLength: 12 }).map((some) => some.join("")),
  );
  test.prop({ address: anyAddress })("agrees with its notifier on any text", async ({ address }) => {
    expect(schema.safeParse(address).success).toBe(await isSentTo(make(), address));
  });
});

it("is said by every type that refuses addresses, and by no other", () => {
  const saying = Object.entries(notifierTypes).filter(([, type]) => "address" in type);
  expect(saying.map(([name]) => name).toSorted()).toEqual(Object.keys(channels).toSorted());
});
