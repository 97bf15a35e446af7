import { describe, expect, test } from "vitest";
import { at } from "../on-call.fixture.js";
import type { Override } from "../schedule/schedule.js";
import { handOver, type HandOverInput } from "./hand-over.js";
import { overrideWords, renderHandOver } from "./render-hand-over.js";
import type { HandOverChange } from "./shipped-changes.js";

const [before, now, next] = [at("2026-01-05T08:00Z"), at("2026-01-12T08:00Z"), at("2026-01-19T08:00Z")];
const base: HandOverInput = {
  schedule: { id: "payments", name: "Payments" },
  endingFromMs: before,
  atMs: now,
  nextToMs: next,
  outgoing: ["ada"],
  incoming: ["ben"],
  openIncidents: [],
  silences: [],
  changes: [],
  actionItems: [],
};
const incident = (id: string, severity: string, declaredAtMs: number) => ({
  id,
  title: "Checkout fails",
  severity,
  status: "mitigated",
  service: "checkout",
  declaredAtMs,
});
const silence = (id: string, expiresAtMs: number) => ({ id, comment: "noisy disk", author: "ada", expiresAtMs });
const override = (id: string, fromMs: number, toMs: number): Override => ({
  id,
  fromMs,
  toMs,
  kind: "add",
  personId: "cy",
});
const change = (id: string, shippedAtMs: number, rest: Partial<HandOverChange> = {}): HandOverChange => ({
  kind: "change",
  id,
  title: "Raise the limit",
  by: "ada",
  services: ["checkout"],
  shippedAtMs,
  places: [{ kind: "incident", id: "INC-001" }],
  ...rest,
});
const item = (id: string, priority: string, dueMs?: number, isDone = false) => ({
  id,
  title: "Add an index",
  priority,
  isDone,
  ...(dueMs !== undefined && { dueMs }),
});
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe("a hand-over", () => {
  test("lists open incidents, most severe first, then oldest", () => {
    const openIncidents = [
      incident("c", "SEV2", 2),
      incident("b", "SEV2", 1),
      incident("d", "SEV1", 9),
      incident("a", "SEV2", 2),
    ];
    expect(ids(handOver({ ...base, openIncidents }).openIncidents)).toEqual(["d", "b", "a", "c"]);
  });

  test("lists the silences and overrides that end during the next shift, soonest first", () => {
    const silences = [
      silence("at the end", next),
      silence("later", next + 1),
      silence("now", now),
      silence("soon", now + 1),
      silence("also soon", now + 1),
    ];
    const overrides = [
      override("late", now - 5, next),
      override("soon", now, now + 1),
      override("also soon", now, now + 1),
      override("not begun", now + 1, now + 2),
      override("over", before, now),
      override("longer", before, next + 1),
    ];
    const made = handOver({ ...base, silences, schedule: { ...base.schedule, overrides } });
    expect(ids(made.expiringSilences)).toEqual(["also soon", "soon", "at the end"]);
    expect(ids(made.expiringOverrides)).toEqual(["also soon", "soon", "late"]);
  });

  test("lists the changes of the shift that ends, newest first", () => {
    const changes = [
      change("first", before),
      change("earlier", before - 1),
      change("last", now),
      change("b", before + 5),
      change("a", before + 5),
      change("future", now + 1),
    ];
    expect(ids(handOver({ ...base, changes }).changesShipped)).toEqual(["last", "a", "b", "first"]);
  });

  test("lists a change that several incidents are tied to once, as of the first time in the shift", () => {
    const [first, second] = [
      { kind: "incident", id: "INC-001" },
      { kind: "incident", id: "INC-002" },
    ] as const;
    const changes = [
      change("deploy-7", before + 2, { title: "second", services: ["catalog"], places: [second] }),
      change("deploy-7", before + 1, { title: "first", by: "ben", places: [first] }),
      change("deploy-7", before + 3, { title: "third", services: ["checkout"], places: [second, first] }),
      change("deploy-7", before - 1, { title: "in the shift before", services: ["search"] }),
    ];
    expect(handOver({ ...base, changes }).changesShipped).toEqual([
      change("deploy-7", before + 1, {
        title: "first",
        by: "ben",
        services: ["checkout", "catalog"],
        places: [first, second],
      }),
    ]);
  });

  test("tells of a run of a runbook by the run, also where an incident is tied to it as a change", () => {
    const run = { kind: "runbook-run", id: "run-1" } as const;
    const told = change("run-1", before + 9, { kind: "runbook-run", title: "Fail over", by: "cy", places: [run] });
    for (const changes of [
      [change("run-1", before + 1), told],
      [told, change("run-1", before + 1)],
    ]) {
      expect(handOver({ ...base, changes }).changesShipped).toEqual([
        { ...told, places: [run, { kind: "incident", id: "INC-001" }] },
      ]);
    }
  });

  test("lists what is left to do by priority, then by due date, and marks what is overdue", () => {
    const actionItems = [
      item("someday", "P1"),
      item("other day", "P1"),
      item("late", "P1", now - 1),
      item("due now", "P1", now),
      item("urgent", "P0"),
      item("done", "P0", now, true),
    ];
    const made = handOver({ ...base, actionItems }).actionItems;
    expect(made.map(({ id, isOverdue }) => [id, isOverdue])).toEqual([
      ["urgent", false],
      ["late", true],
      ["due now", false],
      ["other day", false],
      ["someday", false],
    ]);
  });

  test("leaves what it was made from as it was", () => {
    const openIncidents = [incident("b", "SEV2", 2), incident("a", "SEV1", 1)];
    handOver({ ...base, openIncidents });
    expect(ids(openIncidents)).toEqual(["b", "a"]);
  });
});

describe("its Markdown", () => {
  test("says all of it, escaped", () => {
    const made = handOver({
      ...base,
      schedule: { ...base.schedule, name: "Pay*ments*", overrides: [override("o-1", before, now + 1_000)] },
      outgoing: ["ada", "a|da"],
      incoming: [],
      openIncidents: [{ ...incident("INC-1", "SEV1", before), title: "<script>" }],
      silences: [silence("s-1", next)],
      changes: [
        change("c-1", before),
        change("run|1", before, {
          kind: "runbook-run",
          title: "*Fail over*",
          by: "<engine>",
          services: [],
          places: [
            { kind: "runbook-run", id: "run|1" },
            { kind: "incident", id: "INC-002" },
          ],
        }),
      ],
      actionItems: [{ ...item("a-1", "P0", before), owner: "cy" }, item("a-2", "P1"), item("a-3", "P2", next)],
    });
    expect(renderHandOver(made)).toBe(`# Hand-over: Pay\\*ments\\*

From ada, a\\|da to nobody at 2026-01-12 08:00:00 UTC; the next shift ends at 2026-01-19 08:00:00 UTC.

## Open incidents

- **SEV1 INC-1** &#60;script&#62; (checkout, mitigated, since 2026-01-05 08:00:00 UTC)

## Silences that end during the next shift

- **s-1** noisy disk (ada, until 2026-01-19 08:00:00 UTC)

## Overrides that end during the next shift

- **o-1** cy as well (until 2026-01-12 08:00:01 UTC)

## Changes shipped

- **c-1** Raise the limit (checkout, ada, 2026-01-05 08:00:00 UTC; see incident INC-001)
- **run\\|1** \\*Fail over\\* (&#60;engine&#62;, 2026-01-05 08:00:00 UTC; see runbook run run\\|1, incident INC-002)

## Action items

- **P0 a-1** Add an index (cy, overdue since 2026-01-05 08:00:00 UTC)
- **P1 a-2** Add an index (no owner, no due date)
- **P2 a-3** Add an index (no owner, due 2026-01-19 08:00:00 UTC)
`);
  });

  test("says when there is nothing", () => {
    expect(renderHandOver(handOver(base))).toContain("## Open incidents\n\nNone.\n\n## Silences");
  });

  test("words what each override does", () => {
    const span = { id: "o", fromMs: 0, toMs: 1 };
    expect(overrideWords({ ...span, kind: "add", personId: "ada" })).toBe("ada as well");
    expect(overrideWords({ ...span, kind: "remove", personId: "ada" })).toBe("without ada");
    expect(overrideWords({ ...span, kind: "replace", personId: "ada", withPersonId: "ben" })).toBe(
      "ben instead of ada",
    );
  });
});
