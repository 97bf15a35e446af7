import { useId, type ReactNode, type SubmitEvent } from "react";
import { useMay } from "../api/use-session.js";

/** What came of what was asked, to be said under the form. */
export type Said = { readonly bad: boolean; readonly text: string };

type EditPanelProps = {
  readonly summary: string;
  /** What signing in as a responder is good for here, as in "to change who is on call". */
  readonly purpose: string;
  readonly open?: boolean;
  readonly children: ReactNode;
};

/** A form that unfolds for those who may use it; others are told what it takes. */
export function EditPanel({ children, open = false, purpose, summary }: EditPanelProps) {
  if (!useMay("responder")) return <p className="quiet">Sign in as a responder {purpose}.</p>;
  return (
    <details className="edit" open={open}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

type EditFormProps = {
  readonly label: string;
  readonly busy: boolean;
  readonly said: Said | undefined;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
};

/** Fields side by side, as many as fit; what came of it below. */
export function EditForm({ busy, children, label, onSubmit, said }: EditFormProps) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} aria-label={label}>
      <fieldset disabled={busy}>{children}</fieldset>
      {said !== undefined && (
        <p role={said.bad ? "alert" : "status"} className={said.bad ? "alarm" : "quiet"}>
          {said.text}
        </p>
      )}
    </form>
  );
}

type EditFieldProps = { readonly label: string; readonly wide?: boolean; readonly children: ReactNode };

/** One field under its label. */
export function EditField({ children, label, wide = false }: EditFieldProps) {
  return (
    <label className={wide ? "edit-field edit-wide" : "edit-field"}>
      <span>{label}</span>
      {children}
    </label>
  );
}

type EditChoiceProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onChange: (value: string) => void;
};

/** A field that is chosen from a few. */
export function EditChoice({ label, onChange, options, value }: EditChoiceProps) {
  const id = useId();
  return (
    // Beside its label, not in it: else the label would say every option.
    <div className="edit-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
