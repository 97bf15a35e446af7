import { useId, useRef, useState, type KeyboardEvent } from "react";
import type { IncidentDetail } from "../api/answers.js";
import { useIncidentDesk, type IncidentDesk } from "../api/use-incident-desk.js";
import { useNow } from "../api/use-now.js";
import { whileNotClosed } from "../layout/incident-action.js";
import { offeredActions, type OfferedActions } from "../layout/incident-actions.js";
import { ActButtons, ActOutcome } from "./incident-acts.js";

/**
 * What may be done to an incident as it stands: the next step first and big, what is needed at any time beside it, and the
 * rest behind one button. Whoever may do nothing is told why.
 */
export function IncidentActions({ incident }: { readonly incident: IncidentDetail }) {
  const desk = useIncidentDesk(incident);
  const { main, more, quick } = offeredActions(incident, useNow());
  const over = quick.length === 0 ? whileNotClosed(incident) : undefined;
  return (
    <div className="actions">
      <div className="actions-first">
        {main !== undefined && (
          <div className="actions-main">
            <ActButtons desk={desk} label="The next step" actions={[main]} />
          </div>
        )}
        {quick.length > 0 && <ActButtons desk={desk} label="At any time" actions={quick} />}
        {desk.barred === undefined && more.length > 0 && <More desk={desk} more={more} />}
      </div>
      {over !== undefined && <p className="quiet">{over}</p>}
      {over === undefined && desk.barred !== undefined && <p className="quiet">{desk.barred}</p>}
      <ActOutcome desk={desk} />
    </div>
  );
}

type MoreProps = { readonly desk: IncidentDesk; readonly more: OfferedActions["more"] };

/** What is seldom needed. It is put away again when something of it is chosen, or by Escape. */
function More({ desk, more }: MoreProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    button.current?.focus();
  };
  // What was chosen gives the focus back to the button that is still there.
  const press: IncidentDesk["press"] = (action, why, pressed) => {
    if (why === undefined) setOpen(false);
    desk.press(action, why, button.current ?? pressed);
  };
  return (
    <div className="actions-more" onKeyDown={onKeyDown}>
      <button ref={button} type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        More <span aria-hidden="true">{open ? "▴" : "▾"}</span>
      </button>
      <div id={id} className="actions-panel" hidden={!open}>
        {more.map(({ about, actions }) => (
          <div key={about}>
            <p className="quiet" aria-hidden="true">
              {about}
            </p>
            <ActButtons desk={{ ...desk, press }} label={about} actions={actions} />
          </div>
        ))}
      </div>
    </div>
  );
}
