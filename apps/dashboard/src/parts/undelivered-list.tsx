import { useEffect, useRef, useState } from "react";
import type { DeliveryBody } from "../api/on-call-resources.js";
import { useIncidentWrite } from "../api/use-incident-write.js";
import { useSession } from "../api/use-session.js";
import { barredFrom } from "../layout/incident-actions.js";
import { whomWords } from "../layout/undelivered-words.js";
import { Link } from "../router/link.js";
import { TimeText } from "./time-text.js";

type UndeliveredListProps = {
  readonly deliveries: readonly DeliveryBody[];
  /** Whether the incident is to be named: not on its own page. */
  readonly named: boolean;
};

/** Messages that were given up, each with a way to have it sent once more. */
export function UndeliveredList({ deliveries, named }: UndeliveredListProps) {
  const { ask, busy, problem } = useIncidentWrite();
  const barred = barredFrom(useSession(), "responder");
  const [asked, setAsked] = useState<string>();
  const [said, setSaid] = useState("");
  const saidAt = useRef<HTMLParagraphElement>(null);
  const gone = asked !== undefined && !deliveries.some(({ id }) => id === asked);
  useEffect(() => {
    // The button that was pressed went with its row.
    if (gone && document.activeElement === document.body) saidAt.current?.focus();
  }, [gone]);
  const sendAgain = async (delivery: DeliveryBody) => {
    setAsked(delivery.id);
    setSaid("");
    const sent = await ask(`/deliveries/${encodeURIComponent(delivery.id)}/retry`, {});
    if (sent.ok)
      setSaid(`It is sent again to ${whomWords(delivery)}. Where it fails once more, it is listed here again.`);
  };
  return (
    <>
      {deliveries.length > 0 && (
        <ul className="rows plain-rows" aria-label="Not delivered">
          {deliveries.map((delivery) => (
            <li className="row row-acts evidence" key={delivery.id}>
              <UndeliveredWords delivery={delivery} named={named} />
              <button
                type="button"
                aria-label={`Send again to ${whomWords(delivery)}: ${delivery.title}`}
                aria-disabled={barred !== undefined || busy}
                title={barred}
                onClick={() => {
                  if (barred !== undefined) setSaid(barred);
                  else if (!busy) void sendAgain(delivery);
                }}
              >
                Send again
              </button>
              {asked === delivery.id && problem !== undefined && (
                <p role="alert" className="alarm">
                  {problem}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {gone && problem !== undefined && (
        <p role="alert" className="alarm">
          {problem}
        </p>
      )}
      <p role="status" className="quiet" ref={saidAt} tabIndex={-1}>
        {said}
      </p>
    </>
  );
}

function UndeliveredWords({ delivery, named }: { readonly delivery: DeliveryBody; readonly named: boolean }) {
  const { attempts, givenUpAt, incidentId, lastReason, title, urgency } = delivery;
  return (
    <div>
      <p>
        <strong className={urgency === "page" ? "alarm" : undefined}>{whomWords(delivery)}</strong>: {lastReason}
      </p>
      <p className="quiet">
        {named && incidentId !== undefined && (
          <>
            <Link to={{ view: "incident", id: incidentId }}>{incidentId}</Link> ·{" "}
          </>
        )}
        {title} · given up <TimeText at={givenUpAt} /> after {attempts === 1 ? "1 attempt" : `${attempts} attempts`}
      </p>
    </div>
  );
}
