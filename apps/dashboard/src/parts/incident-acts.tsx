import type { ReactNode } from "react";
import type { IncidentDetail } from "../api/answers.js";
import { schedulesResource } from "../api/on-call-resources.js";
import { useIncidentDesk, type IncidentDesk } from "../api/use-incident-desk.js";
import { useResource } from "../api/use-resource.js";
import type { IncidentAction } from "../layout/incident-action.js";
import { ActionForm } from "./action-form.js";

type ActButtonsProps = {
  readonly desk: IncidentDesk;
  readonly label: string;
  readonly actions: readonly IncidentAction[];
};

/** The buttons of some actions; those that the incident does not allow now say why. */
export function ActButtons({ actions, desk, label }: ActButtonsProps) {
  const { barred, busy, chosen, incident, press } = desk;
  return (
    <div className="action-buttons" role="group" aria-label={label}>
      {actions.map((action) => {
        const { about, fields, verb } = action;
        const why = barred ?? action.whyNot(incident);
        return (
          <button
            type="button"
            key={`${verb} ${action.label}`}
            aria-label={about === undefined ? undefined : `${action.label}: ${about}`}
            // Not `disabled`: whoever comes by keyboard should hear the reason too.
            aria-disabled={why !== undefined || busy}
            aria-pressed={fields.length === 0 ? undefined : chosen !== undefined && isSame(chosen, action)}
            title={why}
            onClick={(event) => press(action, busy ? "One moment …" : why, event.currentTarget)}
          >
            {action.label}
          </button>
        );
      })}
    </div>
  );
}

function isSame(one: IncidentAction, other: IncidentAction): boolean {
  return one.verb === other.verb && one.label === other.label && one.about === other.about;
}

/** The form of what was pressed, and what came of it. */
export function ActOutcome({ desk }: { readonly desk: IncidentDesk }) {
  const { busy, carryOut, chosen, incident, leave, problem, said, saidAt } = desk;
  return (
    <>
      {chosen !== undefined && chosen.fields.length > 0 && (
        <ActionForm
          key={`${chosen.verb} ${chosen.label} ${chosen.about ?? ""}`}
          title={chosen.label}
          about={chosen.about}
          fields={chosen.fields}
          initial={chosen.initial}
          confirm={chosen.confirm === undefined ? undefined : (filled) => chosen.confirm?.(filled, incident)}
          busy={busy}
          problem={problem}
          onSubmit={(filled) => void carryOut(filled)}
          onCancel={leave}
        />
      )}
      <p role="status" className="quiet" ref={saidAt} tabIndex={-1}>
        {said}
      </p>
      {chosen?.fields.length === 0 && problem !== undefined && (
        <p role="alert" className="alarm">
          {problem}
        </p>
      )}
    </>
  );
}

type IncidentActsProps = {
  readonly incident: IncidentDetail;
  /** What the buttons are about, as in "About roles". */
  readonly label: string;
  readonly actions: readonly IncidentAction[];
  /** What the part shows; `rowActs` makes the buttons of a row. */
  readonly children: (rowActs: RowActs) => ReactNode;
};

export type RowActs = (actions: readonly IncidentAction[]) => ReactNode;

/** A part of an incident's page in which something can be done, by those who may: others see no buttons. */
export function IncidentActs({ actions, children, incident, label }: IncidentActsProps) {
  const desk = useIncidentDesk(incident);
  const may = desk.barred === undefined;
  // So that whoever may be named is known when a form asks for somebody.
  useResource(schedulesResource);
  return (
    <>
      {children((rowActions) =>
        may && rowActions.length > 0 ? (
          <ActButtons desk={desk} label={`About ${rowActions[0]?.about}`} actions={rowActions} />
        ) : null,
      )}
      {/* Whoever is signed out in the middle of a form keeps what they wrote, and hears why it was not taken. */}
      {(may || desk.chosen !== undefined) && (
        <div className="actions">
          {may && <ActButtons desk={desk} label={label} actions={actions} />}
          <ActOutcome desk={desk} />
        </div>
      )}
    </>
  );
}
