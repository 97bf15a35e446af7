import { incidentResource } from "../api/resources.js";
import type { IncidentDetail } from "../api/answers.js";
import { useResource } from "../api/use-resource.js";
import { formatAge } from "../format/duration.js";
import { keepUnits } from "../format/keep-units.js";
import { formatShare } from "../format/percent.js";
import { commandWords } from "../layout/command-words.js";
import { isOpen } from "../layout/incident-order.js";
import { CopyCommand } from "../parts/copy-command.js";
import { EvidenceList } from "../parts/evidence-list.js";
import { Facts } from "../parts/facts.js";
import { Icon } from "../parts/icon.js";
import { IncidentActionItems } from "../parts/incident-action-items.js";
import { IncidentActions } from "../parts/incident-actions.js";
import { IncidentEscalation, IncidentRoles } from "../parts/incident-people.js";
import { IncidentPostmortem } from "../parts/incident-postmortem.js";
import { IncidentRelations } from "../parts/incident-relations.js";
import { Loaded } from "../parts/loaded.js";
import { PageTitle } from "../parts/page-title.js";
import { ResponseTargets } from "../parts/response-targets.js";
import { IncidentRuns } from "../parts/run-list.js";
import { Section } from "../parts/section.js";
import { SeverityBadge } from "../parts/severity-badge.js";
import { Age, TimeText } from "../parts/time-text.js";
import { Timeline } from "../parts/timeline.js";
import { WhyItPaged } from "../parts/why-it-paged.js";
import { Link } from "../router/link.js";

/** One incident: how it stands, what happened, what proves it, what was learned. */
export function IncidentView({ id }: { readonly id: string }) {
  const incident = useResource(incidentResource(id));
  return (
    <>
      <IncidentTitle id={id} incident={incident.data} />
      <Loaded of={incident} what={`the incident ${id}`}>
        {(detail) => <IncidentPage incident={detail} />}
      </Loaded>
    </>
  );
}

/** The same heading before and after the answer: it may have the focus. */
function IncidentTitle({ id, incident }: { readonly id: string; readonly incident: IncidentDetail | undefined }) {
  return (
    <PageTitle
      path={[{ to: { view: "incidents" }, name: "Incidents" }]}
      title={incident?.title ?? id}
      badge={
        incident !== undefined && (
          <>
            <SeverityBadge severity={incident.severity} />
            <span className="status">{incident.status}</span>
          </>
        )
      }
    >
      <p className="quiet">{id}</p>
    </PageTitle>
  );
}

function IncidentPage({ incident }: { readonly incident: IncidentDetail }) {
  const { clocks, evidence, id, timeline } = incident;
  return (
    <>
      <Standing incident={incident} />
      <IncidentActions incident={incident} />
      <div className="two">
        <Section title="At a glance">
          <Facts facts={glance(incident)} />
        </Section>
        <Section title="Response targets">
          <ResponseTargets clocks={clocks} />
        </Section>
      </div>
      <Section title="Why it paged" note="The rules that its alerts met.">
        <WhyItPaged incidentId={id} />
      </Section>
      <div className="two">
        <Section title="Who is called">
          <IncidentEscalation incident={incident} />
        </Section>
        <Section title="Roles and cost">
          <IncidentRoles incident={incident} />
        </Section>
      </div>
      <Section title="Runbooks">
        <IncidentRuns incidentId={incident.id} />
      </Section>
      <Section title="Timeline" note="In UTC; hover for your own time.">
        <Timeline entries={timeline} from={incident.declaredAt} />
      </Section>
      <Section title="Evidence" note="Each item is named by the hash of what was recorded.">
        {evidence.length === 0 ? (
          <p className="quiet">None is attached.</p>
        ) : (
          <EvidenceList id={id} evidence={evidence} />
        )}
      </Section>
      <div className="two">
        <Section title="Related">
          <IncidentRelations incident={incident} />
        </Section>
        <Section title="Action items">
          <IncidentActionItems incident={incident} />
        </Section>
      </div>
      <Section title="Postmortem" note="Written from the timeline; a section that somebody edits is theirs.">
        <IncidentPostmortem incident={incident} />
      </Section>
      <CopyCommand command={commandWords("incident", "show", incident.id)} />
    </>
  );
}

function Standing({ incident }: { readonly incident: IncidentDetail }) {
  const open = isOpen(incident);
  const tone = !open ? "healthy" : incident.burning ? "page" : "ticket";
  return (
    <div className={`headline headline-${tone} headline-slo`}>
      <p className="headline-when">
        <Icon name={tone} />
        {open ? (
          <span>
            {incident.burning ? "An alert of it fires" : "Open; no alert of it fires"}, declared{" "}
            <Age at={incident.declaredAt} /> ago
          </span>
        ) : (
          <span>Over: it took {formatAge(incident.durationMs)}</span>
        )}
      </p>
      <p className="explanation">{keepUnits(incident.summary)}</p>
    </div>
  );
}

function spent({ budgetShareOf, budgetShareRatio }: IncidentDetail) {
  if (budgetShareRatio === undefined) return "not measured";
  const share = `${formatShare(budgetShareRatio)} of the period's`;
  if (budgetShareOf === undefined) return share;
  return (
    <>
      at most {share}, what <Link to={{ view: "slo", id: budgetShareOf }}>{budgetShareOf}</Link> lost while it lasted
    </>
  );
}

function glance(incident: IncidentDetail) {
  const { acknowledgedAt, closedAt, declaredAt, resolvedAt, service, sloId } = incident;
  const open = isOpen(incident);
  const instant = (at: string | undefined, otherwise: string) => (at === undefined ? otherwise : <TimeText at={at} />);
  return [
    { name: "Service", value: <Link to={{ view: "service", id: service }}>{service}</Link> },
    ...(sloId === undefined ? [] : [{ name: "SLO", value: <Link to={{ view: "slo", id: sloId }}>{sloId}</Link> }]),
    { name: "Declared", value: <TimeText at={declaredAt} /> },
    { name: "Acknowledged", value: instant(acknowledgedAt, open ? "by nobody yet" : "never") },
    { name: "Resolved", value: instant(resolvedAt, "not yet") },
    ...(closedAt === undefined ? [] : [{ name: "Closed", value: <TimeText at={closedAt} /> }]),
    { name: "Duration", value: open ? <Age at={declaredAt} /> : formatAge(incident.durationMs) },
    {
      name: "Budget spent",
      value: spent(incident),
    },
  ];
}
