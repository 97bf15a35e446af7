import { useEffect, useRef, useState, type RefObject } from "react";
import type { Filled } from "../layout/action-field.js";
import type { IncidentAction } from "../layout/incident-action.js";
import { barredFrom } from "../layout/incident-actions.js";
import type { IncidentDetail } from "./answers.js";
import { useDashboard } from "./dashboard-context.js";
import { useIncidentWrite } from "./use-incident-write.js";
import { useSession } from "./use-session.js";

/** Where the buttons of one part of an incident's page are pressed: at most one form is open, and what was done is said. */
export type IncidentDesk = {
  readonly incident: IncidentDetail;
  /** Why whoever reads may do nothing here; undefined when they may. */
  readonly barred: string | undefined;
  readonly busy: boolean;
  readonly chosen: IncidentAction | undefined;
  readonly said: string;
  readonly problem: string | undefined;
  /** Where it is said. The focus goes there when the button that had it is gone, as with a row that is done. */
  readonly saidAt: RefObject<HTMLParagraphElement | null>;
  readonly press: (action: IncidentAction, why: string | undefined, button: HTMLElement) => void;
  /** Does what was chosen; resolves once that is known. */
  readonly carryOut: (filled: Filled) => Promise<void>;
  readonly leave: () => void;
};

type Chosen = {
  readonly action: IncidentAction;
  /** The version that whoever pressed the button saw; after they were told of a newer one, that one. */
  readonly seen: number | undefined;
  /** When it was chosen, by the service's clock: a repetition asks for the same. */
  readonly atMs: number;
};

export function useIncidentDesk(incident: IncidentDetail): IncidentDesk {
  const barred = barredFrom(useSession(), "responder");
  const { ask, busy, forget, problem } = useIncidentWrite();
  const { clock } = useDashboard();
  const [chosen, setChosen] = useState<Chosen>();
  const [said, setSaid] = useState("");
  const pressed = useRef<HTMLElement>(null);
  const saidAt = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (pressed.current === null || pressed.current.isConnected) return;
    pressed.current = null;
    if (document.activeElement === document.body) saidAt.current?.focus();
  });
  const leave = () => {
    setChosen(undefined);
    forget();
    if (pressed.current?.isConnected === true) pressed.current.focus();
    else saidAt.current?.focus();
  };
  const send = async ({ action, atMs, seen }: Chosen, filled: Filled) => {
    const { asSeen, body, done, verb } = action;
    const asked = {
      ...(body === undefined ? filled : body(filled, atMs)),
      ...(asSeen === true ? { expectedVersion: seen ?? incident.version } : {}),
    };
    const written = await ask(`/incidents/${encodeURIComponent(incident.id)}/${verb}`, asked);
    setSaid(written.ok ? done : "");
    if (written.ok) leave();
    else if (written.failure.kind === "refused" && written.failure.code === "version-mismatch") {
      setChosen({ action, atMs, seen: undefined });
    }
  };
  return {
    incident,
    barred,
    busy,
    chosen: chosen?.action,
    said,
    problem,
    saidAt,
    leave,
    press(action, why, button) {
      setSaid(why ?? "");
      if (why !== undefined) return;
      forget();
      pressed.current = button;
      const next = { action, seen: incident.version, atMs: clock.nowMs() };
      setChosen(next);
      if (action.fields.length === 0) void send(next, {});
    },
    async carryOut(filled) {
      if (chosen !== undefined) await send(chosen, filled);
    },
  };
}
