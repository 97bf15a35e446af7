import { useState } from "react";
import { useDashboard } from "../api/dashboard-context.js";
import type { SilenceBody } from "../api/on-call-resources.js";
import { useMay } from "../api/use-session.js";
import { write, type Written } from "../api/write.js";
import { TimeText } from "./time-text.js";

const HOUR_MS = 3_600_000;
const LONGER = [
  { hours: 1, name: "1 h longer" },
  { hours: 8, name: "8 h longer" },
  { hours: 24, name: "1 day longer" },
] as const;

/** One silence, with ways to make it longer and to end it. */
export function SilenceRow({ silence }: { readonly silence: SilenceBody }) {
  const { author, expired, from, matchers, quiets, reason, recurring = [], state, to } = silence;
  return (
    <li className="row-with-act">
      <div>
        <p>
          <code>{matchers}</code>
        </p>
        <p className="quiet">
          {state === "pending" && (
            <>
              from <TimeText at={from} form="near" />{" "}
            </>
          )}
          {state === "expired" ? "ended" : "until"} <TimeText at={expired?.at ?? to} form="near" />
          {expired !== undefined && ` by ${expired.by}`}
          {recurring.length > 0 && `, only at ${recurring.join(" or ")}`} · {author}: {reason}
        </p>
        {state === "active" && (
          <p>
            Quiets <strong className="figure">{quiets}</strong> {quiets === 1 ? "alert" : "alerts"} now.
          </p>
        )}
      </div>
      {state !== "expired" && <SilenceActs silence={silence} />}
    </li>
  );
}

function SilenceActs({ silence: { id, matchers, to } }: { readonly silence: SilenceBody }) {
  const may = useMay("responder");
  const { store } = useDashboard();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  if (!may) return null;
  const path = `/silences/${encodeURIComponent(id)}`;
  const act = async (doing: Promise<Written<unknown>>) => {
    setBusy(true);
    const written = await doing;
    setBusy(false);
    setProblem(written.ok ? undefined : written.failure.message);
    store.refresh("evaluated");
  };
  const extend = (hours: number) => {
    const body = {
      to: new Date(Date.parse(to) + hours * HOUR_MS).toISOString(),
      reason: `Made ${hours} h longer on the page.`,
    };
    void act(write("POST", `${path}/extend`, body));
  };
  return (
    <div className="buttons">
      {LONGER.map(({ hours, name }) => (
        <button
          key={hours}
          type="button"
          disabled={busy}
          aria-label={`${name}: ${matchers}`}
          onClick={() => extend(hours)}
        >
          {name}
        </button>
      ))}
      <button
        type="button"
        disabled={busy}
        aria-label={`Expire now: ${matchers}`}
        onClick={() => void act(write("DELETE", path))}
      >
        Expire now
      </button>
      {problem !== undefined && (
        <p role="alert" className="alarm">
          {problem}
        </p>
      )}
    </div>
  );
}
