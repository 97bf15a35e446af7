import type { SloStatus } from "../api/answers.js";
import { groupDigits } from "../format/group-digits.js";
import { formatRatio, formatShare, formatTarget } from "../format/percent.js";
import type { Fact } from "../parts/facts.js";
import { exhaustionWords } from "../parts/slo-row.js";
import { Age, TimeText } from "../parts/time-text.js";

/** The budget in figures. */
export function budgetFacts(slo: SloStatus): readonly Fact[] {
  const { allowedBad, bad, consumedRatio, edge, total } = slo.budget;
  const measured = total > 0;
  return [
    {
      name: "Bad events",
      value: `${groupDigits(bad)} of ${groupDigits(allowedBad >= 100 ? Math.floor(allowedBad) : allowedBad)} allowed`,
      note: `${groupDigits(total)} in all`,
    },
    { name: "Spent", value: measured ? formatShare(consumedRatio) : "–" },
    { name: "Lasts", value: exhaustionWords(slo) || "–", note: exhaustionNote(slo) },
    { name: "Policy", value: slo.level.name, note: slo.level.action },
    ...(edge.total > 0
      ? [
          {
            name: "Not certain",
            value: `up to ${groupDigits(edge.bad)} bad`,
            note: "in the slices that the period's edges cut",
          },
        ]
      : []),
  ];
}

function exhaustionNote({ exhaustion }: SloStatus) {
  return exhaustion.at === undefined ? undefined : (
    <>
      at <TimeText at={exhaustion.at} />
    </>
  );
}

/** What the figures rest on. */
export function measurementFacts(slo: SloStatus): readonly Fact[] {
  const { coverageRatio, measuredSince, sliRatio, target, watermark, window } = slo;
  return [
    {
      name: "SLI",
      value: sliRatio === undefined ? "nothing measured" : formatRatio(sliRatio),
      note: `target ${formatTarget(target)}`,
    },
    {
      name: "Measured",
      value: <span data-low={coverageRatio < 0.9}>{formatRatio(coverageRatio)}</span>,
      note:
        measuredSince === undefined ? (
          "of the period"
        ) : (
          <>
            of the time since <TimeText at={measuredSince} />
          </>
        ),
    },
    {
      name: "Data until",
      value: watermark === undefined ? "never" : <TimeText at={watermark} form="near" />,
      note:
        watermark === undefined ? undefined : (
          <>
            <Age at={watermark} /> ago
          </>
        ),
    },
    {
      name: "Period",
      value: <TimeText at={window.from} />,
      note: (
        <>
          to <TimeText at={window.to} />, {window.kind === "rolling" ? "rolling" : window.text}
        </>
      ),
    },
    { name: "Version", value: String(slo.version), note: slo.mode === "shadow" ? "shadow: never alerts" : undefined },
    ...frozenFacts(slo),
  ];
}

/** Why it cannot be judged, when it cannot. */
function frozenFacts({ dataLoss, verdict }: SloStatus): readonly Fact[] {
  return [
    ...(verdict.reasons.length > 0
      ? [
          {
            name: verdict.kind === "frozen" ? "Frozen because" : "Because",
            value: verdict.reasons.map(({ message }) => message).join("; "),
          },
        ]
      : []),
    ...(dataLoss.status === "firing" && dataLoss.since !== undefined
      ? [
          {
            name: "Data loss ticket",
            value: (
              <>
                since <TimeText at={dataLoss.since} form="near" />
              </>
            ),
          },
        ]
      : []),
  ];
}
