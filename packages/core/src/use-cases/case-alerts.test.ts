import { describe, expect, it } from "vitest";
import type { ExternalAlert } from "../alert/external-alert.js";
import { declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../incident/alert.fixture.js";
import { declareFromExternal, externalAlertOf } from "../incident/external/external.fixture.js";
import type { IncidentCommand } from "../incident/incident-command.js";
import type { Json } from "../errors/json.js";
import type { StoredEvent } from "../ports/event-store.js";
import { caseAlerts } from "./case-alerts.js";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
const sent = externalAlertOf({ generatorUrl: "https://prometheus.example/graph?token=x" });
const { generatorUrl: _, ...plain } = sent;
const told = { ...plain, timesOut: true };

type Event = Pick<StoredEvent, "atMs" | "type"> & { readonly data: unknown };
const event = (minutes: number, type: string, data: unknown): Event => ({ atMs: at(minutes), type, data });
const fired = (minutes: number, alert: ExternalAlert = sent): Event =>
  event(minutes, "external-alert.fired", { alert, trace: [] });
const extended = (minutes: number, alert: ExternalAlert): Event => event(minutes, "external-alert.extended", { alert });
const resolved = (minutes: number, changes: Partial<ExternalAlert> = {}, silentMs?: number): Event =>
  event(minutes, "external-alert.resolved", {
    alert: { ...sent, status: "resolved", ...changes },
    how: "source",
    ...(silentMs === undefined ? {} : { silentMs }),
  });

/** Reads what streams hold, and takes note of which were asked for. */
function storeOf(streams: Readonly<Record<string, readonly Event[]>>) {
  const asked: string[] = [];
  return {
    asked,
    async read(stream: string): Promise<readonly StoredEvent[]> {
      asked.push(stream);
      return (streams[stream] ?? []).map(({ data, ...one }, index) => ({
        ...one,
        stream,
        version: index + 1,
        position: index + 1,
        id: `${stream}@${index + 1}`,
        actor: "engine",
        data: data as Json,
      }));
    },
  };
}

const own = `external-alert/${sent.key}`;
const course = incidentAfter(declareFromExternal());
const traced = (trace: Json): IncidentCommand => ({
  type: "trace-alert",
  atMs: at(1),
  actor: "engine",
  causeId: JSON.stringify(trace),
  key: `external/${sent.key}`,
  trace,
});
const alertsOf = async (streams: Readonly<Record<string, readonly Event[]>>, of = course) =>
  (await caseAlerts(storeOf(streams), of, at(60))).map(({ alert, receivedAtMs }) => ({
    minutes: (receivedAtMs - START_MS) / MINUTE_MS,
    alert,
  }));

describe("how alerts came in, as a case holds it", () => {
  it("is nothing for an incident of an SLO or of a person, whose streams nobody asks for", async () => {
    const store = storeOf({});
    const person = incidentAfter({
      type: "declare",
      atMs: at(0),
      actor: "ada",
      causeId: "c",
      incidentId: "INC-001",
      origin: { kind: "person", title: "t", severity: "SEV1", service: "s" },
    });
    expect(await caseAlerts(store, person, at(60))).toEqual([]);
    expect(await caseAlerts(store, incidentAfter(declareFromAlert()), at(60))).toEqual([]);
    expect(store.asked).toEqual([]);
  });

  it("is from the firing that the incident is about to its end, without an end of its own and without the link", async () => {
    const end = { endsAtMs: at(9) };
    const events = [fired(-20), resolved(-10), fired(-1, { ...sent, endsAtMs: at(3) }), resolved(10, end), fired(61)];
    expect(await alertsOf({ [own]: events })).toEqual([
      { minutes: -1, alert: told },
      { minutes: 10, alert: { ...plain, status: "resolved", endsAtMs: at(9) } },
    ]);
    expect(await alertsOf({ [own]: [fired(0), resolved(60)] })).toHaveLength(2);
  });

  it("ends when that was heard, where its source gave an end to come or none", async () => {
    const ends = async (changes: Partial<ExternalAlert>) =>
      (await alertsOf({ [own]: [fired(0), resolved(10, changes)] }))[1]?.alert.endsAtMs;
    expect(await ends({ endsAtMs: at(12) })).toBe(at(10));
    expect(await ends({})).toBe(at(10));
  });

  it("is told once more when it was last sent, where it ended as it was not sent again", async () => {
    const silent = resolved(10, { endsAtMs: at(9), timesOut: true }, 4 * MINUTE_MS);
    expect(await alertsOf({ [own]: [fired(0), silent] })).toEqual([
      { minutes: 0, alert: told },
      { minutes: 5, alert: { ...plain, timesOut: true, status: "firing", endsAtMs: at(9) } },
    ]);
  });

  it("leaves out that it goes on as it did, and not that it says something else", async () => {
    const changed = { ...sent, labels: { ...sent.labels, pod: "b" } };
    const found = await alertsOf({
      [own]: [fired(0), extended(1, { ...sent, endsAtMs: at(20) }), extended(2, changed), extended(3, changed)],
    });
    expect(found.map(({ minutes }) => minutes)).toEqual([0, 2]);
    expect(found[1]?.alert.labels).toEqual(changed.labels);
  });

  it("leaves out what can not be read, or is of no alert", async () => {
    const data = { groupId: "g", receiver: "r", held: [] };
    const ofAGroup = event(1, "alert-group.held", data);
    expect(await alertsOf({ [own]: [event(0, "external-alert.fired", {}), fired(0), ofAGroup] })).toHaveLength(1);
  });
});

describe("the alerts that had a say in those of a case", () => {
  const other = (key: string): ExternalAlert => ({ ...sent, key, fingerprint: key });
  const stream = (key: string) => `external-alert/${key}`;
  const notified = (minutes: number, firing: readonly string[], more: object = {}) =>
    event(minutes, "alert-group.notified", {
      groupId: "g",
      routeId: "{}",
      receiver: "r",
      labels: {},
      why: "first",
      firing,
      resolved: [],
      held: [],
      ...more,
    });
  const inhibited = { atMs: 1, rule: "inhibited", name: "n", sourceKey: "source" } as const;
  const silenced = { atMs: 1, rule: "silenced", silenceId: "s", author: "a", reason: "r", endsAtMs: 9 } as const;
  const grouped = incidentAfter(
    declareFromExternal(),
    traced([{ rule: "grouped", groupId: "g" }, { rule: "notified" }]),
    traced([{ rule: "inhibited", sourceKey: "first-source" }]),
    traced("of another form"),
  );
  const keysOf = async (streams: Readonly<Record<string, readonly Event[]>>) =>
    (await alertsOf(streams, grouped)).map(({ alert, minutes }) => `${minutes} ${alert.key}`);

  it("are those of its groups meanwhile, told, over or held back, and those that held any of them back", async () => {
    const group = [
      notified(-9, ["long-ago"]),
      notified(-2, [sent.key, "together"], { resolved: ["over"] }),
      event(4, "alert-group.held", {
        groupId: "g",
        receiver: "r",
        held: [
          { key: "held", rules: [inhibited] },
          { key: "quiet", rules: [silenced] },
        ],
      }),
      notified(61, ["later"]),
      fired(1),
    ];
    const keys = ["together", "over", "held", "quiet", "source", "first-source", "long-ago", "later"];
    expect(
      await keysOf({
        "alert-group/g": group,
        [own]: [fired(-2)],
        ...Object.fromEntries(keys.map((key) => [stream(key), [fired(3, other(key))]])),
      }),
    ).toEqual([`-2 ${sent.key}`, "3 first-source", "3 held", "3 over", "3 quiet", "3 source", "3 together"]);
  });

  it("come from their own beginning where they fired before, and not from one that was over", async () => {
    const group = [notified(0, ["before", "again", "ended"])];
    expect(
      await keysOf({
        "alert-group/g": group,
        [own]: [fired(-1)],
        [stream("before")]: [fired(-30, other("before"))],
        [stream("again")]: [fired(-30, other("again")), resolved(-1, other("again")), fired(5, other("again"))],
        [stream("ended")]: [fired(-30, other("ended")), resolved(-20, other("ended"))],
      }),
    ).toEqual(["-30 before", `-1 ${sent.key}`, "5 again"]);
  });
});
