import { useDashboard } from "../api/dashboard-context.js";
import { automationResource, automationShape, type Automation } from "../api/runbook-resources.js";
import { usePost } from "../api/use-post.js";
import { useResource } from "../api/use-resource.js";
import { useMay } from "../api/use-session.js";
import { ActForm } from "./act-form.js";
import { Loaded } from "./loaded.js";
import { Message } from "./message.js";
import { Section } from "./section.js";
import { TimeText } from "./time-text.js";

/** Whether the engine may start runbooks by itself, or who stopped it, when and why; and the switch, for those who may turn it. */
export function AutomationPanel() {
  const automation = useResource(automationResource);
  return (
    <Loaded of={automation} what="what the engine may start by itself">
      {(found) => (concernsAnybody(found) ? <Standing automation={found} /> : null)}
    </Loaded>
  );
}

/** A stop is shown also where there is nothing left to start: somebody will wonder about it when there is again. */
function concernsAnybody({ killSwitch, runbooks }: Automation): boolean {
  return runbooks.length > 0 || killSwitch.state !== "released";
}

function Standing({ automation: { killSwitch, runbooks } }: { readonly automation: Automation }) {
  return (
    <Section title="Started by the engine">
      <Switch killSwitch={killSwitch} />
      <ul className="rows plain-rows" aria-label="Started by the engine">
        {runbooks.map(({ id, reasons, starts, title }) => (
          <li className="row" key={id}>
            <p>
              <strong>{title}</strong>:{" "}
              {starts ? "the engine may start it." : `not now. ${reasons.map(({ message }) => message).join(" ")}`}
            </p>
          </li>
        ))}
      </ul>
      <Turn killSwitch={killSwitch} />
    </Section>
  );
}

type SwitchProps = { readonly killSwitch: Automation["killSwitch"] };

function Switch({ killSwitch: { at, by, reason, state } }: SwitchProps) {
  switch (state) {
    case "released":
      return <p>Nobody has stopped the engine from starting runbooks by itself.</p>;
    case "engaged":
      return (
        <Message tone="warning" title="The engine is stopped: it starts no runbook by itself">
          <p>
            {by}
            {at !== undefined && (
              <>
                , <TimeText at={at} />
              </>
            )}
            : {reason}
          </p>
        </Message>
      );
    case "unreadable":
      return (
        <Message tone="error" title="Whether somebody stopped the engine can not be read, so it starts no runbook">
          <p>{reason}</p>
        </Message>
      );
  }
}

const TURNS = {
  engage: { role: "responder", says: "Stop the engine", asks: "Why it has to stop" },
  release: { role: "approver", says: "Allow it again", asks: "Why it may start runbooks again" },
} as const;

/** A stop holds whatever somebody else did meanwhile; it ends only as whoever ends it has seen it. */
function Turn({ killSwitch: { state, version } }: SwitchProps) {
  const { store } = useDashboard();
  const post = usePost();
  const verb = state === "released" ? "engage" : "release";
  const { asks, role, says } = TURNS[verb];
  const may = useMay(role);
  if (!may) return <p className="quiet">{`${says}: somebody can who signed in with the role ${role}.`}</p>;
  const send = async (fields: ReadonlyMap<string, string>) => {
    const seen = verb === "engage" || version === undefined ? {} : { expectedVersion: version };
    const body = { reason: fields.get("reason"), ...seen };
    const written = await post(`/automation/${verb}`, body, { check: automationShape });
    // Also where it was refused: somebody else has turned it meanwhile.
    store.refresh("evaluated");
    return written;
  };
  return (
    <ActForm label={says} send={send} onDone={(form) => form.reset()}>
      <label className="field">
        {asks}
        <input name="reason" required maxLength={2000} />
      </label>
      <div className="buttons">
        <button type="submit">{says}</button>
      </div>
    </ActForm>
  );
}
