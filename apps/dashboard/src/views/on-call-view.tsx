import { useState } from "react";
import {
  onCallNowResource,
  scheduleLintResource,
  scheduleResource,
  undeliveredResource,
  type Duty,
  type ScheduleDetail,
} from "../api/on-call-resources.js";
import { useNow } from "../api/use-now.js";
import { useResource } from "../api/use-resource.js";
import { formatMinute } from "../format/instant.js";
import { commandWords } from "../layout/command-words.js";
import { DAY_MS, mondayOf } from "../layout/week-rows.js";
import { CopyCommand } from "../parts/copy-command.js";
import { Icon } from "../parts/icon.js";
import { Loaded } from "../parts/loaded.js";
import { OverrideForm } from "../parts/override-form.js";
import { PageTitle } from "../parts/page-title.js";
import { ScheduleOverrides } from "../parts/schedule-overrides.js";
import { Section } from "../parts/section.js";
import { UndeliveredList } from "../parts/undelivered-list.js";
import { WeekCalendar } from "../parts/week-calendar.js";

const RANGES = [
  { weeks: 2, name: "2 weeks" },
  { weeks: 4, name: "4 weeks" },
  { weeks: 13, name: "3 months" },
] as const;

/** Who answers now, who answers next, and a way to change it. */
export function OnCallView() {
  const now = useResource(onCallNowResource);
  return (
    <>
      <PageTitle path={[]} title="On-call">
        <p className="quiet">Times are UTC. Layers and people stand in the configuration; overrides are made here.</p>
      </PageTitle>
      <Undelivered />
      <Loaded of={now} what="who is on call">
        {({ schedules }) =>
          schedules.length === 0 ? (
            <p className="empty-line">
              There are no schedules. They stand under <code>schedules</code> in plimsoll.yaml.
            </p>
          ) : (
            <>
              <Section title="Now">
                <ul className="duties">
                  {schedules.map((duty) => (
                    <DutyRow key={duty.id} duty={duty} />
                  ))}
                </ul>
              </Section>
              <Schedules duties={schedules} />
            </>
          )
        }
      </Loaded>
      <CopyCommand command={commandWords("oncall", "now")} />
    </>
  );
}

/** What was not delivered stands first: it is what somebody does not know. */
function Undelivered() {
  const undelivered = useResource(undeliveredResource);
  // Once there was something, what came of it is still to be said.
  const [shown, setShown] = useState(false);
  const count = undelivered.data?.deliveries.length ?? 0;
  if (count > 0 && !shown) setShown(true);
  if (undelivered.data === undefined || (count === 0 && !shown)) return null;
  return (
    <Section
      title="Not delivered"
      note="Tried until nothing more was to be hoped for. Mend the contact or the channel first."
    >
      <UndeliveredList deliveries={undelivered.data.deliveries} named />
    </Section>
  );
}

function DutyRow({ duty: { name, next, people } }: { readonly duty: Duty }) {
  return (
    <li className="duty" data-gap={people.length === 0}>
      <strong>{name}</strong>
      <div>
        {people.length === 0 && (
          <p className="alarm">
            <Icon name="page" /> Nobody is on call
          </p>
        )}
        {people.map((person) => (
          <p key={person.id}>
            <strong>{person.name}</strong>{" "}
            {person.until !== undefined && (
              <span className="quiet">until {formatMinute(Date.parse(person.until))}</span>
            )}{" "}
            {person.reachable ? (
              <span className="quiet">by {person.channels.join(", ")}</span>
            ) : (
              <span className="alarm">
                <Icon name="page" /> Not reachable: {person.unreachable}
              </span>
            )}
          </p>
        ))}
      </div>
      <p className="quiet">
        {next === undefined
          ? "No change within a year"
          : `Next: ${next.people.map((one) => one.name).join(" and ") || "nobody"} from ${formatMinute(Date.parse(next.from))}`}
      </p>
    </li>
  );
}

function Schedules({ duties }: { readonly duties: readonly Duty[] }) {
  const [weeks, setWeeks] = useState<number>(RANGES[0].weeks);
  const fromMs = mondayOf(useNow());
  const [from, to] = [fromMs, fromMs + weeks * 7 * DAY_MS].map((ms) => new Date(ms).toISOString()) as [string, string];
  return (
    <>
      <label className="field">
        <span>Show</span>
        <select value={weeks} onChange={(event) => setWeeks(Number(event.target.value))}>
          {RANGES.map(({ name, weeks: value }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {duties.map(({ id, name }) => (
        <ScheduleSection key={id} id={id} name={name} from={from} to={to} />
      ))}
    </>
  );
}

type ScheduleSectionProps = {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
};

function ScheduleSection({ from, id, name, to }: ScheduleSectionProps) {
  const schedule = useResource(scheduleResource(id, from, to));
  return (
    <Section title={name}>
      <Loaded of={schedule} what={`the schedule ${name}`}>
        {(detail) => (
          <>
            <WeekCalendar schedule={detail} />
            <Gaps schedule={detail} />
            <Findings id={id} />
            <ScheduleOverrides schedule={detail} />
            <OverrideForm schedule={detail} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

const MOST_GAPS = 5;

function Gaps({ schedule: { gaps } }: { readonly schedule: ScheduleDetail }) {
  if (gaps.length === 0) return <p className="quiet">Somebody is on call all the time shown.</p>;
  const shown = gaps
    .slice(0, MOST_GAPS)
    .map(({ from, to }) => `${formatMinute(Date.parse(from))} to ${formatMinute(Date.parse(to))}`);
  return (
    <p>
      <strong>
        {gaps.length} {gaps.length === 1 ? "gap" : "gaps"}:
      </strong>{" "}
      nobody is on call {shown.join("; ")}
      {gaps.length > MOST_GAPS ? `; and ${gaps.length - MOST_GAPS} more` : ""}.
    </p>
  );
}

function Findings({ id }: { readonly id: string }) {
  const lint = useResource(scheduleLintResource(id));
  return (
    <Loaded of={lint} what="the findings">
      {({ findings }) => {
        // Gaps stand above.
        const others = findings.filter(({ code }) => code !== "gap");
        return (
          <ul className="findings" aria-label="Findings">
            {others.map(({ code, message }) => (
              <li key={code + message}>
                <Icon name="ticket" />
                <span>
                  {code}: {message}
                </span>
              </li>
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}
