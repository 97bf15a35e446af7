import { afterAll, beforeAll, expect, it } from "vitest";
import { startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

let service: MemoryService;

beforeAll(async () => {
  service = await startMemoryService();
});
afterAll(async () => service.close());

const post = (path: string, body: object, key: string) =>
  service.ask(path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKENS.approver}`,
      "content-type": "application/json",
      "idempotency-key": key,
    },
    body: JSON.stringify(body),
  });

it.each([
  [
    "/api/v1/overrides",
    "overrides",
    { author: "ann", reason: "a fix", services: ["payments"], risks: ["risky"], expires: "2026-03-10T14:00:00Z" },
  ],
  [
    "/api/v1/corrections",
    "corrections",
    {
      author: "ann",
      reason: "a move",
      slos: "all",
      effect: "drop",
      from: "2026-03-10T10:00:00Z",
      to: "2026-03-10T11:00:00Z",
    },
  ],
] as const)("%s: the same Idempotency-Key makes one, another one makes another", async (path, list, body) => {
  const [first, again, other] = [
    await post(path, body, "k1"),
    await post(path, body, "k1"),
    await post(path, body, "k2"),
  ];
  expect([first.status, again.status, other.status]).toEqual([201, 201, 201]);
  expect(again.json()).toEqual(first.json());
  const reused = await post(path, { ...body, reason: "something else" }, "k1");
  expect([reused.status, reused.json()]).toEqual([409, expect.objectContaining({ code: "key-reused" })]);
  const { [list]: all } = (await service.ask(path)).json() as Readonly<Record<string, readonly unknown[]>>;
  expect(all).toHaveLength(2);
});
