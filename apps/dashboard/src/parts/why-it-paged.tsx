import type { IncidentExplanationBody } from "../api/answers.js";
import { explanationResource } from "../api/incident-resources.js";
import { useResource } from "../api/use-resource.js";
import { keepUnits } from "../format/keep-units.js";
import { IncidentLink } from "./incident-relations.js";
import { Loaded } from "./loaded.js";
import { TimeText } from "./time-text.js";

type Trace = IncidentExplanationBody["traces"][number];

/** The rules that an incident's alerts met: those that opened it at once, and what came later where somebody asks for it. */
export function WhyItPaged({ incidentId }: { readonly incidentId: string }) {
  const explanation = useResource(explanationResource(incidentId));
  return (
    <Loaded of={explanation} what="why it paged">
      {(explained) => <Explanation explained={explained} />}
    </Loaded>
  );
}

function Explanation({ explained }: { readonly explained: IncidentExplanationBody }) {
  const { automaticRuns = [], cameFrom = [], routing, traces } = explained;
  const [first, ...later] = traces;
  const routed = routing.map(({ at, key, lines }) => ({ at, title: `${key} was routed`, lines }));
  const [firstRouted, ...laterRouted] = routed;
  const more = later.length + laterRouted.length;
  if (traces.length + routing.length + automaticRuns.length + cameFrom.length === 0) {
    return <p className="quiet">No alert is behind it: a person declared it.</p>;
  }
  return (
    <div className="why">
      {cameFrom.map(({ at, incidentId, keys }) => (
        <p key={`${at} ${incidentId}`}>
          <TimeText at={at} /> <strong>{keys.join(", ")}</strong> came from <IncidentLink id={incidentId} />, whose page
          says why it paged.
        </p>
      ))}
      {first !== undefined && <Word trace={first} />}
      {firstRouted !== undefined && <Routed {...firstRouted} />}
      {automaticRuns.map(({ at, words }) => (
        <p key={`${at} ${words}`}>
          <TimeText at={at} /> {words}
        </p>
      ))}
      {more > 0 && (
        <details>
          <summary>{more === 1 ? "What came later" : `What came later: ${more} more`}</summary>
          {later.map((trace, index) => (
            <Word key={index} trace={trace} />
          ))}
          {laterRouted.map((one, index) => (
            <Routed key={index} {...one} />
          ))}
        </details>
      )}
    </div>
  );
}

function Word({ trace: { at, change, explanation, key, steps } }: { readonly trace: Trace }) {
  return (
    <div>
      <p>
        <TimeText at={at} /> <strong>{key}</strong> {change}
      </p>
      <p className="quiet">{keepUnits(explanation)}</p>
      <ul className="rules">
        {steps.map(({ because, outcome, rule }, index) => (
          <li key={index}>
            <strong>{rule}</strong> {outcome}: {keepUnits(because)}
          </li>
        ))}
      </ul>
    </div>
  );
}

type RoutedProps = { readonly at: string; readonly title: string; readonly lines: readonly string[] };

function Routed({ at, lines, title }: RoutedProps) {
  return (
    <div>
      <p>
        <TimeText at={at} /> <strong>{title}</strong>
      </p>
      <ul className="rules">
        {lines.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
