import type { IncidentSummary, SloStatus } from "../api/answers.js";
import { useDashboard } from "../api/dashboard-context.js";
import { useLive } from "../api/use-resource.js";
import { formatClock } from "../format/instant.js";
import { keepUnits } from "../format/keep-units.js";
import { budgetWords } from "../format/percent.js";
import type { Headline } from "../layout/headline.js";
import { incidentBySlo, orderIncidents } from "../layout/incident-order.js";
import { shownVerdict } from "../layout/shown-verdict.js";
import { Link } from "../router/link.js";
import { Icon, type IconName } from "./icon.js";
import { IncidentList } from "./incident-list.js";
import { exhaustionWords } from "./slo-row.js";
import { Age, Since, TimeText } from "./time-text.js";

type HeadlineBannerProps = { readonly headline: Headline; readonly incidents: readonly IncidentSummary[] };

const MOST_SHOWN = 4;

/** The biggest thing on the page: what is wrong, and since when. */
export function HeadlineBanner({ headline, incidents }: HeadlineBannerProps) {
  const { about, kind, rest, single, title } = headline;
  const { clock } = useDashboard();
  const live = useLive();
  const bySlo = incidentBySlo(incidents);
  const icon: IconName = kind === "empty" ? "no-data" : kind === "overspent" || kind === "incident" ? "ticket" : kind;
  return (
    <div className={`headline headline-${kind}`}>
      <h1 tabIndex={-1}>
        <Icon name={icon} />
        <span>
          {single !== undefined && (
            <>
              <Link to={{ view: "slo", id: single.id }}>{single.title ?? single.id}</Link>{" "}
            </>
          )}
          {title}
        </span>
        <OldestSince about={about} />
        {live.status === "lost" && live.lastContactMs !== undefined && (
          <span className="headline-since">as of {formatClock(clock.nowMs(live.lastContactMs))}</span>
        )}
      </h1>
      <p className="quiet headline-rest">{rest}</p>
      {about.length > 0 && (
        <ul className="headline-list">
          {about.slice(0, MOST_SHOWN).map((slo) => (
            <HeadlineItem key={slo.id} slo={slo} named={single === undefined} incident={bySlo.get(slo.id)} />
          ))}
        </ul>
      )}
      {kind === "incident" && (
        <IncidentList incidents={orderIncidents(incidents).slice(0, MOST_SHOWN)} label="Open incidents" />
      )}
      {about.length > MOST_SHOWN && <p className="quiet">And {about.length - MOST_SHOWN} more below.</p>}
    </div>
  );
}

function OldestSince({ about }: { readonly about: readonly SloStatus[] }) {
  const since = about.flatMap((slo) => shownVerdict(slo).since ?? []).toSorted()[0];
  if (since === undefined) return null;
  return (
    <span className="headline-since">
      since <TimeText at={since} form="near" />, <Age at={since} />
    </span>
  );
}

type HeadlineItemProps = {
  readonly slo: SloStatus;
  readonly incident: IncidentSummary | undefined;
  /** Whether its name is to be said: not when the title has just said it. */
  readonly named: boolean;
};

function HeadlineItem({ slo, incident, named }: HeadlineItemProps) {
  const { since } = shownVerdict(slo);
  const words = [budgetWords(slo.budget.remainingRatio), exhaustionWords(slo)].filter((word) => word !== "");
  return (
    <li>
      {named && (
        <p className="headline-name">
          <Link to={{ view: "slo", id: slo.id }}>{slo.title ?? slo.id}</Link>
          {since !== undefined && <Since at={since} />}
        </p>
      )}
      <p className={named ? undefined : "explanation"}>{keepUnits(slo.explanation)}</p>
      <p className="headline-figures">
        {slo.budget.total > 0 && <strong className="figure">{words.join(" · ")}</strong>}
        {incident !== undefined && (
          <Link to={{ view: "incident", id: incident.id }} className="incident-link">
            <Icon name="link" />
            {incident.severity} incident, {incident.status}
          </Link>
        )}
      </p>
    </li>
  );
}
