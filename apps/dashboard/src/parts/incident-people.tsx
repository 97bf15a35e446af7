import type { IncidentDetail } from "../api/answers.js";
import { undeliveredResource } from "../api/on-call-resources.js";
import { useResource } from "../api/use-resource.js";
import { formatAge } from "../format/duration.js";
import { assignRole, dutyActions } from "../layout/incident-follow-ups.js";
import { Facts } from "./facts.js";
import { IncidentActs } from "./incident-acts.js";
import { TimeText } from "./time-text.js";
import { UndeliveredList } from "./undelivered-list.js";

/** Who has which role, who had, and what it cost; a role is assigned and handed over here. */
export function IncidentRoles({ incident }: { readonly incident: IncidentDetail }) {
  const { cost, roles } = incident;
  return (
    <IncidentActs incident={incident} label="About roles" actions={[assignRole(incident)]}>
      {(rowActs) => (
        <>
          {roles.length === 0 && <p className="quiet">Nobody has a role.</p>}
          <ul className="plain-list" aria-label="Roles">
            {roles.map((duty) => (
              <li key={`${duty.role} ${duty.person} ${duty.from}`} className="row-acts">
                <DutyWords duty={duty} />
                {rowActs(dutyActions(duty))}
              </li>
            ))}
          </ul>
          <p>
            Cost: {cost.totalMs === 0 ? "nobody's time yet" : `${formatAge(cost.totalMs)} of people's time`}
            {cost.people.length > 1 &&
              ` (${cost.people.map((one) => `${one.person} ${formatAge(one.durationMs)}`).join(", ")})`}
          </p>
        </>
      )}
    </IncidentActs>
  );
}

function DutyWords({ duty: { from, person, role, to } }: { readonly duty: IncidentDetail["roles"][number] }) {
  return (
    <p className={to === undefined ? "" : "quiet"}>
      <strong>{role}</strong> {person}, {to === undefined ? "since" : "from"} <TimeText at={from} form="near" />
      {to !== undefined && (
        <>
          {" "}
          to <TimeText at={to} form="near" />
        </>
      )}
    </p>
  );
}

/** Who was called, who is next, and when; and whom a message did not reach. */
export function IncidentEscalation({ incident }: { readonly incident: IncidentDetail }) {
  const undelivered = useResource(undeliveredResource).data?.deliveries ?? [];
  const ours = undelivered.filter(({ incidentId }) => incidentId === incident.id);
  return (
    <>
      <Calls incident={incident} />
      {ours.length > 0 && (
        <p>
          <strong>Not delivered</strong>
        </p>
      )}
      <UndeliveredList deliveries={ours} named={false} />
    </>
  );
}

function Calls({ incident: { calls, escalation } }: { readonly incident: IncidentDetail }) {
  if (escalation === undefined && calls.length === 0) {
    return <p className="quiet">Nobody is called: the service has no escalation policy.</p>;
  }
  return (
    <>
      {escalation !== undefined && <Facts facts={escalationFacts(escalation)} />}
      {calls.length === 0 ? (
        <p className="quiet">Nobody has been called yet.</p>
      ) : (
        <ol className="plain-list" aria-label="Who was called">
          {calls.map(({ at, channel, step, to }, index) => (
            <li key={`${index} ${at}`}>
              <TimeText at={at} form="near" /> step {step}: <strong>{to.join(", ")}</strong>{" "}
              <span className="quiet">by {channel}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

const STATUS_WORDS = {
  escalating: "People are being called",
  acknowledged: "Somebody has acknowledged",
  exhausted: "Everybody was called, and nobody acknowledged",
  ended: "Over",
} as const;

function escalationFacts({
  acknowledged,
  next,
  pass,
  passes,
  paused,
  policy,
  status,
}: NonNullable<IncidentDetail["escalation"]>) {
  return [
    {
      name: "Escalation",
      value: STATUS_WORDS[status],
      note: `policy ${policy}, pass ${Math.min(pass, passes)} of ${passes}`,
    },
    ...(acknowledged === undefined
      ? []
      : [{ name: "Acknowledged", value: acknowledged.by, note: <TimeText at={acknowledged.at} form="near" /> }]),
    ...(paused === undefined
      ? []
      : [{ name: "Paused until", value: <TimeText at={paused.until} form="near" />, note: paused.reason }]),
    ...(next === undefined || acknowledged !== undefined
      ? []
      : [
          {
            name: "Next",
            value: next.people.length === 0 ? "nobody, as things are" : next.people.join(", "),
            note: next.due === undefined ? `step ${next.step}` : <TimeText at={next.due} form="near" />,
          },
        ]),
  ];
}
