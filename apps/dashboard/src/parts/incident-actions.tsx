import { useRef, useState, type RefObject } from "react";
import type { IncidentDetail } from "../api/answers.js";
import { useIncidentWrite } from "../api/use-incident-write.js";
import { useSession } from "../api/use-session.js";
import { barredFrom, incidentActions, type IncidentAction } from "../layout/incident-actions.js";
import { ActionForm } from "./action-form.js";

/** The buttons of an incident: each is one press, or one press and one form. */
export function IncidentActions({ incident }: { readonly incident: IncidentDetail }) {
  const barred = barredFrom(useSession(), "responder");
  const { ask, busy, forget, problem } = useIncidentWrite();
  const [chosen, setChosen] = useState<IncidentAction>();
  const [said, setSaid] = useState("");
  const bar = useRef<HTMLDivElement>(null);
  const leave = (verb: string) => {
    setChosen(undefined);
    forget();
    bar.current?.querySelector<HTMLElement>(`[data-verb="${verb}"]`)?.focus();
  };
  const carryOut = async (action: IncidentAction, values: object) => {
    const written = await ask(`/incidents/${encodeURIComponent(incident.id)}/${action.verb}`, values);
    setSaid(written.ok ? action.done : "");
    if (written.ok) leave(action.verb);
  };
  const press = (action: IncidentAction, why: string | undefined) => {
    setSaid(why ?? "");
    if (why !== undefined) return;
    forget();
    setChosen(action);
    if (action.fields.length === 0) void carryOut(action, {});
  };
  return (
    <div className="actions">
      <ActionBar incident={incident} barred={barred} busy={busy} chosen={chosen} bar={bar} onPress={press} />
      {barred !== undefined && <p className="quiet">{barred}</p>}
      {chosen !== undefined && chosen.fields.length > 0 && (
        <ActionForm
          key={chosen.verb}
          title={chosen.label}
          fields={chosen.fields}
          initial={{ severity: incident.severity }}
          busy={busy}
          problem={problem}
          onSubmit={(values) => void carryOut(chosen, values)}
          onCancel={() => leave(chosen.verb)}
        />
      )}
      <p role="status" className="quiet">
        {said}
      </p>
      {chosen?.fields.length === 0 && problem !== undefined && (
        <p role="alert" className="alarm">
          {problem}
        </p>
      )}
    </div>
  );
}

type ActionBarProps = {
  readonly incident: IncidentDetail;
  readonly barred: string | undefined;
  readonly busy: boolean;
  readonly chosen: IncidentAction | undefined;
  readonly bar: RefObject<HTMLDivElement | null>;
  readonly onPress: (action: IncidentAction, why: string | undefined) => void;
};

function ActionBar({ bar, barred, busy, chosen, incident, onPress }: ActionBarProps) {
  return (
    <div className="action-buttons" role="group" aria-label="What to do" ref={bar}>
      {incidentActions(incident).map((action) => {
        const why = barred ?? action.whyNot(incident);
        return (
          <button
            type="button"
            key={action.verb}
            data-verb={action.verb}
            // Not `disabled`: whoever comes by keyboard should hear the reason too.
            aria-disabled={why !== undefined || busy}
            aria-pressed={action.fields.length === 0 ? undefined : chosen?.verb === action.verb}
            title={why}
            onClick={() => onPress(action, busy ? "One moment …" : why)}
          >
            {action.label}
          </button>
        );
      })}
    </div>
  );
}
