import { useId, useState, type ReactNode, type SubmitEvent } from "react";
import type { Written } from "../api/write.js";

type ActFormProps = {
  readonly label: string;
  /** What is written down; the value of a button that sends, where there are several, is its `verb`. */
  readonly send: (fields: ReadonlyMap<string, string>) => Promise<Written<unknown>>;
  /** Once it is written. */
  readonly onDone?: (form: HTMLFormElement) => void;
  /** Fields and buttons. */
  readonly children: ReactNode;
};

/** Asks a person for what something needs, does it once, and says what the service made of it. */
export function ActForm({ label, send, onDone, children }: ActFormProps) {
  const id = useId();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (form: HTMLFormElement, button: HTMLElement | null) => {
    setBusy(true);
    const given = [...new FormData(form, button)].filter(
      (field): field is [string, string] => typeof field[1] === "string",
    );
    const written = await send(new Map(given));
    setBusy(false);
    setProblem(written.ok ? undefined : written.failure.message);
    if (written.ok) onDone?.(form);
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void submit(event.currentTarget, event.nativeEvent.submitter);
  };
  return (
    <form
      className="act"
      onSubmit={onSubmit}
      aria-label={label}
      aria-describedby={problem === undefined ? undefined : id}
    >
      <fieldset disabled={busy}>{children}</fieldset>
      {problem !== undefined && (
        <p id={id} role="alert" className="alarm">
          {problem}
        </p>
      )}
    </form>
  );
}
