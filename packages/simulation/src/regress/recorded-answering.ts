import {
  buildCaseRouting,
  buildRoutes,
  formatMatchers,
  type CaseOnCall,
  type CaseReceiver,
  type CaseRouting,
  type EngineSettings,
  type Notifier,
  type Receiver,
  type RegressionCase,
  type RoutingSettings,
} from "@plimsoll/core";

/** The routing that applied then. */
export function routeAsThen(routing: CaseRouting): RoutingSettings {
  const built = buildCaseRouting(routing);
  // `parseCase` refuses such a file.
  if (!built.ok) throw new TypeError(built.error.map(({ message, path }) => `${path}: ${message}`).join(" "));
  const { inhibitRules, maintenance, receivers, root } = built.value;
  return { root, inhibitRules, maintenance, graceMs: 0, receivers: byName(receivers.map(tellingNobody)) };
}

function tellingNobody(receiver: CaseReceiver): Receiver {
  return { ...receiver, notifiers: [] };
}

function byName(receivers: readonly Receiver[]): ReadonlyMap<string, Receiver> {
  return new Map(receivers.map((receiver) => [receiver.name, receiver]));
}

/**
 * An alert in a case without routing is told when its incident heard it, so that nothing holds it back any more. Whose receiver said more
 * than its labels has a route and a receiver of its own, which say the same; of two that differ in that alone, the first.
 */
export function routeAtOnce({ alerts }: RegressionCase["inputs"]): RoutingSettings {
  const said = alerts.filter(({ service, severity }) => service !== undefined || severity !== undefined);
  const receivers: readonly Receiver[] = [
    { name: "incidents", opens: "incident", notifiers: [] },
    ...said.map(({ service, severity }, index): Receiver => ({
      name: `incidents ${index}`,
      opens: "incident",
      notifiers: [],
      ...(service === undefined ? {} : { service }),
      ...(severity === undefined ? {} : { severity }),
    })),
  ];
  const names = receivers.map(({ name }) => name);
  const routes = said.map(({ alert }, index) => ({
    receiver: `incidents ${index}`,
    matchers: Object.entries(alert.labels).map(([name, value]) => formatMatchers([{ name, operator: "=", value }])),
  }));
  const spec = { receiver: "incidents", groupBy: ["..."], groupWaitMs: 0, groupIntervalMs: 1, routes };
  const root = buildRoutes(spec, { receivers: names });
  if (!root.ok) throw new TypeError(root.error.map(({ message }) => message).join(" "));
  return { root: root.value, receivers: byName(receivers), inhibitRules: [], maintenance: [], graceMs: 0 };
}

/** Whoever was on call then is called by the one policy, whatever the service. */
export function onCallThen({ people, policy, schedules, teams }: CaseOnCall): NonNullable<EngineSettings["onCall"]> {
  return {
    people: people.map((person) => ({ ...person, name: person.id })),
    teams: teams.map((team) => ({ ...team, name: team.id })),
    schedules,
    policies: [policy],
    policyOf: new Map(),
    defaultPolicy: policy.id,
  };
}

/** Channels that reach everybody and tell nobody: whom the engine calls is looked at, not whether they were reached. */
export function channelsOf(onCall: CaseOnCall | undefined): Readonly<Record<string, Notifier>> {
  const names = onCall?.people.flatMap(({ contacts }) => contacts.map(({ notifier }) => notifier)) ?? [];
  return Object.fromEntries(names.map((name) => [name, { send: async () => ({ kind: "sent" as const }) }]));
}
