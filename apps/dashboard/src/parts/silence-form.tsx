import { useEffect, useId, useState } from "react";
import { useDashboard } from "../api/dashboard-context.js";
import { silencePreviewCheck, type SilencePreview } from "../api/on-call-resources.js";
import { usePost } from "../api/use-post.js";
import { write, type Written } from "../api/write.js";
import { EditChoice, EditField, EditForm, EditPanel, type Said } from "./edit-form.js";

const HOUR_MS = 3_600_000;
const LENGTHS = [
  ["1", "1 hour"],
  ["2", "2 hours"],
  ["8", "8 hours"],
  ["24", "1 day"],
  ["168", "1 week"],
] as const;
/** Long enough for a word to be typed, short enough to feel at once. */
const TYPING_MS = 250;

/** Makes a silence: what it would quiet is shown as its matchers are typed. */
export function SilenceForm() {
  return (
    <EditPanel summary="Silence alerts" purpose="to make or change a silence" open>
      <Fields />
    </EditPanel>
  );
}

type Filled = {
  readonly matchers: string;
  readonly hours: string;
  readonly reason: string;
  readonly recurring: string;
  /** When it ends, of one of which it is not known whether it is there: pressed again because no answer came, it is the same silence. */
  readonly to: string | undefined;
};

function nothing(): Filled {
  return { matchers: "", hours: "2", reason: "", recurring: "", to: undefined };
}

function useSilence() {
  const { clock, store } = useDashboard();
  const post = usePost();
  const [filled, setFilled] = useState(nothing);
  const [said, setSaid] = useState<Said>();
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Filled>) => {
    setFilled((before) => ({ ...before, ...change, to: undefined }));
    setSaid(undefined);
  };
  const submit = async () => {
    setBusy(true);
    const { hours, matchers, reason } = filled;
    const recurring = linesOf(filled.recurring);
    const to = filled.to ?? new Date(clock.nowMs(Date.now()) + Number(hours) * HOUR_MS).toISOString();
    const body = { matchers, to, reason, ...(recurring.length === 0 ? {} : { recurring }) };
    const made = await post("/silences", body);
    setBusy(false);
    const unknown = !made.ok && made.failure.kind === "unreachable";
    setFilled((before) => (made.ok ? nothing() : { ...before, to: unknown ? to : undefined }));
    setSaid(made.ok ? { bad: false, text: "It is silenced." } : { bad: true, text: made.failure.message });
    store.refresh("evaluated");
  };
  return { filled, said, busy, set, submit };
}

/** Several times at which it is on are apart by semicolons. */
function linesOf(text: string): readonly string[] {
  return text
    .split(";")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function Fields() {
  const { busy, filled, said, set, submit } = useSilence();
  const preview = usePreview(filled.matchers);
  const fits = preview?.ok === true && !preview.value.matchesEverything;
  return (
    <EditForm label="Silence alerts" busy={busy} said={said} onSubmit={() => void submit()}>
      <MatcherField matchers={filled.matchers} preview={preview} onChange={(matchers) => set({ matchers })} />
      <EditChoice label="For" value={filled.hours} options={LENGTHS} onChange={(hours) => set({ hours })} />
      <EditField label="Only at">
        <input
          value={filled.recurring}
          maxLength={1000}
          placeholder="mon-fri 22:00-06:00 Europe/Berlin"
          title="Weekdays, clock times and zone (UTC); several apart by semicolons. Always when empty."
          spellCheck={false}
          onChange={(event) => set({ recurring: event.target.value })}
        />
      </EditField>
      <EditField label="Reason" wide>
        <input value={filled.reason} maxLength={1000} onChange={(event) => set({ reason: event.target.value })} />
      </EditField>
      <div className="buttons">
        <button type="submit" disabled={!fits || filled.reason.trim() === ""}>
          Silence
        </button>
      </div>
    </EditForm>
  );
}

type Preview = Written<SilencePreview> | undefined;

type MatcherFieldProps = {
  readonly matchers: string;
  readonly preview: Preview;
  readonly onChange: (matchers: string) => void;
};

function MatcherField({ matchers, onChange, preview }: MatcherFieldProps) {
  const id = useId();
  return (
    <>
      <EditField label="Matchers" wide>
        <input
          value={matchers}
          placeholder='service="payments", severity=~"SEV3|SEV4"'
          spellCheck={false}
          autoComplete="off"
          aria-describedby={id}
          aria-invalid={preview?.ok === false}
          onChange={(event) => onChange(event.target.value)}
        />
      </EditField>
      <div id={id} className="preview" aria-live="polite">
        <MatcherVerdict preview={preview} />
      </div>
    </>
  );
}

/** Asks what the matchers would quiet, once typing pauses; the newest question wins. */
function usePreview(matchers: string): Preview {
  const [answered, setAnswered] = useState<{ readonly of: string; readonly answer: Written<SilencePreview> }>();
  useEffect(() => {
    if (matchers.trim() === "") return undefined;
    let stale = false;
    const timer = setTimeout(() => {
      void write<SilencePreview>("POST", "/silences/preview", { matchers }, { check: silencePreviewCheck }).then(
        (answer) => {
          if (!stale) setAnswered({ of: matchers, answer });
        },
      );
    }, TYPING_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [matchers]);
  return answered?.of === matchers ? answered.answer : undefined;
}

const MOST_ALERTS = 5;

function MatcherVerdict({ preview }: { readonly preview: Preview }) {
  if (preview === undefined) return <p className="quiet">Alertmanager's syntax; all of them must match.</p>;
  if (!preview.ok) return <p className="alarm">{preview.failure.message}</p>;
  const { alerts, groups, matchesEverything, of, total } = preview.value;
  if (matchesEverything) {
    return <p className="alarm">This takes alerts without these labels too. Name a value that must be there.</p>;
  }
  return (
    <>
      <p>
        Would quiet <strong className="figure">{total}</strong> of <span className="figure">{of}</span>{" "}
        {of === 1 ? "alert" : "alerts"} that fire now{groups.length > 0 && `, in ${groups.length} groups`}.
      </p>
      <ul>
        {alerts.slice(0, MOST_ALERTS).map(({ key, labels }) => (
          <li key={key}>
            <code>
              {Object.entries(labels)
                .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
                .join(", ")}
            </code>
          </li>
        ))}
        {total > MOST_ALERTS && <li>and {total - MOST_ALERTS} more</li>}
      </ul>
    </>
  );
}
