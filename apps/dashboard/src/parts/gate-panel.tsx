import type { GateAnswerBody, Risk } from "../api/answers.js";
import { gateResource } from "../api/resources.js";
import { useResource } from "../api/use-resource.js";
import { commandWords } from "../layout/command-words.js";
import { CopyCommand } from "./copy-command.js";
import { Icon } from "./icon.js";
import { Loaded } from "./loaded.js";

const RISKS = {
  routine: "Fixes and small changes",
  risky: "Feature releases",
  automation: "Changes that machines make",
  chaos: "Experiments that break things",
} as const satisfies Record<Exclude<Risk, "emergency">, string>;

const DECISIONS = { allow: "Allowed", deny: "Denied", unknown: "Unknown, so no" } as const;
const MOST_REASONS = 3;

/** What may be done now, for each class of risk. */
export function GatePanel({ service }: { readonly service?: string | undefined }) {
  const scope = service === undefined ? [] : ["--service", service];
  return (
    <>
      <ul className="gate">
        {(Object.keys(RISKS) as (keyof typeof RISKS)[]).map((risk) => (
          <GateRow key={risk} risk={risk} service={service} />
        ))}
        <li className="gate-row" data-decision="ask">
          <div className="gate-risk">
            <h3>emergency</h3>
            <p className="quiet">P0 fixes and security</p>
          </div>
          <span className="badge badge-no-data">
            <Icon name="unknown" />
            With a reason
          </span>
          <p className="gate-reasons">
            Always passes once it has a reason; each one is audited, so this page does not ask.
          </p>
        </li>
      </ul>
      <CopyCommand command={commandWords("gate", "--risk", "risky", ...scope)} />
    </>
  );
}

type GateRowProps = { readonly risk: keyof typeof RISKS; readonly service: string | undefined };

function GateRow({ risk, service }: GateRowProps) {
  const answer = useResource(gateResource(risk, service));
  return (
    <li className="gate-row" data-decision={answer.data?.decision}>
      <div className="gate-risk">
        <h3>{risk}</h3>
        <p className="quiet">{RISKS[risk]}</p>
      </div>
      <Loaded of={answer} what={`the gate's answer for ${risk}`}>
        {(body) => <GateAnswer answer={body} />}
      </Loaded>
    </li>
  );
}

function GateAnswer({ answer }: { readonly answer: GateAnswerBody }) {
  const { decision, reasons } = answer;
  const badge = decision === "allow" ? "healthy" : decision === "deny" ? "page" : "no-data";
  const items = reasons.map(({ code, message, sloId }) => <li key={`${code} ${sloId ?? ""} ${message}`}>{message}</li>);
  return (
    <>
      <span className={`badge badge-${badge}`}>
        <Icon name={decision} />
        {DECISIONS[decision]}
      </span>
      <div className="gate-reasons">
        <ul>{items.slice(0, MOST_REASONS)}</ul>
        {items.length > MOST_REASONS && (
          <details>
            <summary>{items.length - MOST_REASONS} more reasons</summary>
            <ul>{items.slice(MOST_REASONS)}</ul>
          </details>
        )}
      </div>
    </>
  );
}
