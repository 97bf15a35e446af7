import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Silence } from "../routing/silence.js";
import { caseSilences } from "./case-silences.js";

const silence = (id: string, changes: Partial<Silence> = {}): Silence => ({
  id,
  matchers: [{ name: "service", operator: "=", value: "shop" }],
  startsAtMs: 10,
  endsAtMs: 999,
  author: "ann",
  reason: "noise",
  createdAtMs: 50,
  ...changes,
});
const event = (atMs: number, type: string, data: Json = {}, actor = "ann") => ({ atMs, type, data, actor });
const created = (endsAtMs: number, atMs = 50) => event(atMs, "silence.created", { endsAtMs });
type Event = ReturnType<typeof event>;

async function changes(silences: readonly Silence[], streams: Readonly<Record<string, readonly Event[]>>) {
  const read = async (stream: string): Promise<readonly StoredEvent[]> =>
    (streams[stream.slice("silence/".length)] ?? []).map((one, index) => ({
      ...one,
      stream,
      version: index + 1,
      position: index + 1,
      id: `${stream}@${index + 1}`,
    }));
  return caseSilences({ read }, silences, { met: [{ service: "shop" }], time: { fromMs: 100, toMs: 200 } });
}

describe("the silences that a case holds", () => {
  const made = (endsAtMs: number) => ({
    type: "create",
    atMs: 50,
    actor: "ann",
    id: "a",
    matchers: '{service="shop"}',
    schedule: { startsAtMs: 10, endsAtMs },
    reason: "noise",
  });

  it("are those that an alert of it meets, in the order in which they were made", async () => {
    const other = [{ name: "service", operator: "=", value: "cards" }] as const;
    const broken = [{ name: "service", operator: "=~", value: "(" }] as const;
    const found = await changes(
      [
        silence("b", { createdAtMs: 60 }),
        silence("a"),
        silence("other", { matchers: other }),
        silence("broken", { matchers: broken }),
        silence("last", { createdAtMs: 200 }),
        silence("after", { createdAtMs: 201 }),
      ],
      {
        a: [created(999)],
        b: [created(999, 60)],
        last: [created(999, 200)],
        other: [created(999)],
        broken: [created(999)],
      },
    );
    expect(found.map(({ id }) => id)).toEqual(["a", "b", "last"]);
    expect(found[0]).toEqual(made(999));
  });

  it("are as they were then, whatever became of them since", async () => {
    const extended = (atMs: number, endsAtMs: number) => event(atMs, "silence.extended", { endsAtMs, reason: "r" });
    const of = (...events: readonly Event[]) => changes([silence("a", { endsAtMs: 5_000 })], { a: events });
    expect(await of(created(150), extended(120, 300), extended(201, 5_000))).toEqual([made(300)]);
    expect(await of(created(999), event(201, "silence.expired"))).toEqual([made(999)]);
    expect(await of(created(999), event(200, "silence.expired", {}, "bob"))).toEqual([
      made(999),
      { type: "expire", atMs: 200, actor: "bob", id: "a" },
    ]);
  });

  it("are none that was over before the case began", async () => {
    const of = (...events: readonly Event[]) => changes([silence("a")], { a: events });
    expect(await of(created(100))).toEqual([]);
    expect(await of(created(101))).toHaveLength(1);
    expect(await of(created(999), event(100, "silence.expired"))).toEqual([]);
    expect(await of(created(999), event(101, "silence.expired"))).toHaveLength(2);
  });

  it("come again at their times where they recur", async () => {
    const recurring = [{ times: [[0, 60]] }] as const;
    const [found] = await changes([silence("a", { recurring })], { a: [created(999)] });
    expect(found).toMatchObject({ schedule: { recurring } });
  });
});
