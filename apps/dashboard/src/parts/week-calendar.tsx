import { schedulesResource, type ScheduleDetail, type Shift } from "../api/on-call-resources.js";
import { useResource } from "../api/use-resource.js";
import { useNow } from "../api/use-now.js";
import { formatDay, formatMinute } from "../format/instant.js";
import { DAY_MS, initials, joinShifts, weekRows, type WeekPart } from "../layout/week-rows.js";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/** As many as there are colours; a name stands in every shift, so that colour only helps. */
const COLOURS = 6;
const NARROW_RATIO = 0.13; // a day of a week: what is narrower has room for initials only
const MIDDLE_RATIO = 0.3; // two days: enough for a name, but not on a phone

/** Who is on call week by week: each person in a colour and by name, gaps hatched and named, overrides marked. */
export function WeekCalendar({ schedule }: { readonly schedule: ScheduleDetail }) {
  const nowMs = useNow();
  // Of everybody, so that a person has one colour on every schedule.
  const order = (useResource(schedulesResource).data?.people ?? schedule.people).map(({ id }) => id);
  return (
    <div className="weeks">
      <div className="week week-head" aria-hidden="true">
        <span />
        <div className="week-days">
          {DAYS.map((day) => (
            <span key={day}>{day}</span>
          ))}
        </div>
      </div>
      {weekRows(joinShifts(schedule.shifts)).map(({ fromMs, parts }) => (
        <div className="week" key={fromMs}>
          <span className="week-name figure">{formatDay(fromMs)}</span>
          <ol className="week-lane" aria-label={`Week of ${formatDay(fromMs)}, UTC`}>
            {parts.map((part) => (
              <WeekShift key={part.shift.from} part={part} colour={colourOf(part.shift, order)} />
            ))}
            {fromMs <= nowMs && nowMs < fromMs + 7 * DAY_MS && (
              <li
                className="week-now"
                aria-hidden="true"
                style={{ left: `${((nowMs - fromMs) / (7 * DAY_MS)) * 100}%` }}
              />
            )}
          </ol>
        </div>
      ))}
    </div>
  );
}

function WeekShift({ colour, part }: { readonly colour: string; readonly part: WeekPart }) {
  const { fromRatio, shift, widthRatio } = part;
  const override = overrideOf(shift);
  const names = shift.people.map(({ name }) => name).join(" and ") || "nobody";
  const words = `${names}, ${minutesOf(shift)}${override === undefined ? "" : `, by an override${override}`}`;
  const short = shift.people.map(({ name }) => initials(name)).join("+") || "gap";
  return (
    <li
      className="week-shift"
      data-colour={colour}
      data-override={override !== undefined}
      data-width={widthRatio < NARROW_RATIO ? "narrow" : widthRatio < MIDDLE_RATIO ? "middle" : "wide"}
      title={words}
      style={{ left: `${fromRatio * 100}%`, width: `${widthRatio * 100}%` }}
    >
      <span className="visually-hidden">{words}</span>
      {widthRatio < MIDDLE_RATIO && (
        <span aria-hidden="true" className="week-short">
          {short}
        </span>
      )}
      {widthRatio >= NARROW_RATIO && (
        <span aria-hidden="true" className="week-long">
          {names}
        </span>
      )}
    </li>
  );
}

function colourOf({ people }: Shift, order: readonly string[]): string {
  const [first] = people;
  return first === undefined ? "gap" : String(order.indexOf(first.id) % COLOURS);
}

function overrideOf({ people }: Shift): string | undefined {
  for (const { because } of people) {
    for (const reason of because) {
      if (reason.kind !== "override") continue;
      return reason.insteadOf === undefined ? "" : ` instead of ${reason.insteadOf}`;
    }
  }
  return undefined;
}

function minutesOf({ from, to }: Shift): string {
  return `${formatMinute(Date.parse(from))} to ${formatMinute(Date.parse(to))} UTC`;
}
