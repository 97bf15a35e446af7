import { lazy, Suspense } from "react";
import { correctionsResource, historyResource, openIncidentsResource, sloResource } from "../api/resources.js";
import type { SloStatus } from "../api/answers.js";
import { useResource } from "../api/use-resource.js";
import { keepUnits } from "../format/keep-units.js";
import { objectiveWords } from "../format/objective-words.js";
import { commandWords } from "../layout/command-words.js";
import { orderIncidents } from "../layout/incident-order.js";
import { shownVerdict } from "../layout/shown-verdict.js";
import { BudgetBar } from "../parts/budget-bar.js";
import { BurnGauge } from "../parts/burn-gauge.js";
import { CopyCommand } from "../parts/copy-command.js";
import { CorrectionList, touches } from "../parts/correction-list.js";
import { Facts } from "../parts/facts.js";
import { GatePanel } from "../parts/gate-panel.js";
import { HistoryTable } from "../parts/history-table.js";
import { IncidentList } from "../parts/incident-list.js";
import { Loaded } from "../parts/loaded.js";
import { PageTitle } from "../parts/page-title.js";
import { Section } from "../parts/section.js";
import { SloLinks } from "../parts/slo-links.js";
import { Since, TimeText } from "../parts/time-text.js";
import { VerdictBadge } from "../parts/verdict-badge.js";
import { budgetFacts, measurementFacts } from "./slo-facts.js";

/** One SLO in full: what is wrong first, then what that rests on. */
export function SloView({ id }: { readonly id: string }) {
  const slo = useResource(sloResource(id));
  return (
    <>
      <SloTitle id={id} slo={slo.data} />
      <Loaded of={slo} what={`the SLO ${id}`}>
        {(status) => <SloPage slo={status} />}
      </Loaded>
    </>
  );
}

/** The same heading before and after the answer: it may have the focus. */
function SloTitle({ id, slo }: { readonly id: string; readonly slo: SloStatus | undefined }) {
  const overview = { to: { view: "overview" }, name: "Overview" } as const;
  if (slo === undefined) return <PageTitle path={[overview]} title={id} />;
  return (
    <PageTitle
      path={[overview, { to: { view: "service", id: slo.service }, name: slo.service }]}
      title={slo.title ?? slo.id}
      badge={<VerdictBadge verdict={shownVerdict(slo)} />}
    >
      <p className="quiet">
        {objectiveWords(slo)}
        {slo.title !== undefined && <> · {slo.id}</>}
        {slo.description !== undefined && <> · {slo.description}</>}
      </p>
    </PageTitle>
  );
}

function SloPage({ slo }: { readonly slo: SloStatus }) {
  const verdict = shownVerdict(slo);
  const measured = slo.budget.total > 0;
  return (
    <>
      <div className={`headline headline-${verdict.quiet ? "healthy" : verdict.kind} headline-slo`}>
        {verdict.since !== undefined && (
          <p className="headline-when">
            <Since at={verdict.since} />
          </p>
        )}
        <p className="explanation">{keepUnits(slo.explanation)}</p>
        {verdict.notes.length > 0 && <p className="quiet">{verdict.notes.join("; ")}</p>}
        <SloLinks slo={slo} />
      </div>
      <OpenIncidents sloId={slo.id} />
      <div className="two">
        <Section title="Error budget">
          <BudgetBar remainingRatio={slo.budget.remainingRatio} measured={measured} size="large" />
          <Facts facts={budgetFacts(slo)} />
        </Section>
        <Section title="What is measured">
          <Facts facts={measurementFacts(slo)} />
        </Section>
      </div>
      <Section title="Burn rate" note="How many times faster than the budget allows. 1x spends exactly the budget.">
        <ul className="gauges">
          {slo.rules.map((rule) => (
            <BurnGauge key={rule.id} rule={rule} target={slo.target} id={`rule-${rule.id}`} />
          ))}
        </ul>
      </Section>
      <History id={slo.id} />
      <Section title="May a change go now?" note={`What the gate answers for ${slo.service}.`}>
        <GatePanel service={slo.service} />
      </Section>
      <Corrections sloId={slo.id} />
      <CopyCommand command={commandWords("slo", "explain", slo.id)} />
      <p className="quiet">
        Evaluated <TimeText at={slo.evaluatedAt} />.
      </p>
    </>
  );
}

/** Fetched when somebody looks at them: what draws charts is a sixth of the page. Where it can not be had, the table is. */
const HistoryCharts = lazy(async () => {
  const { HistoryCharts: charts } = await import("../parts/history-charts.js").catch(() => ({
    HistoryCharts: HistoryTable,
  }));
  return { default: charts };
});

function History({ id }: { readonly id: string }) {
  const history = useResource(historyResource(id));
  return (
    <Section title="The period so far" note="Held against the whole period's traffic. Times are in UTC.">
      <Loaded of={history} what="the history">
        {(body) => (
          <Suspense fallback={<p className="loading quiet">Drawing the charts …</p>}>
            <HistoryCharts history={body} />
          </Suspense>
        )}
      </Loaded>
    </Section>
  );
}

function OpenIncidents({ sloId }: { readonly sloId: string }) {
  const own = useResource(openIncidentsResource).data?.incidents.filter((incident) => incident.sloId === sloId) ?? [];
  if (own.length === 0) return null;
  return <IncidentList incidents={orderIncidents(own)} label="Open incidents of this SLO" />;
}

function Corrections({ sloId }: { readonly sloId: string }) {
  const corrections = useResource(correctionsResource);
  return (
    <Section title="Corrections" note="Time that people decided not to count as it was measured.">
      <Loaded of={corrections} what="the corrections">
        {(list) => {
          const own = list.corrections.filter((correction) => touches(correction, sloId));
          return own.length === 0 ? (
            <p className="quiet">None touches this SLO.</p>
          ) : (
            <CorrectionList corrections={own} />
          );
        }}
      </Loaded>
    </Section>
  );
}
