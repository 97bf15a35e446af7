import { useEffect, useId, useRef, type KeyboardEvent, type SubmitEvent } from "react";
import type { ActionField } from "../layout/incident-actions.js";

type ActionFormProps = {
  readonly title: string;
  readonly fields: readonly ActionField[];
  readonly initial?: Readonly<Record<string, string>>;
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly onSubmit: (values: Readonly<Record<string, string>>) => void;
  readonly onCancel: () => void;
};

/** Asks for what an action needs. Escape, or Cancel, leaves it; Control and Enter send it from anywhere in it. */
export function ActionForm({ busy, fields, initial = {}, onCancel, onSubmit, problem, title }: ActionFormProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("textarea, select, input")?.focus();
  }, []);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = given.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    onSubmit(Object.fromEntries(fields.map(({ name }) => [name, text(name)])));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
  };
  return (
    <form ref={form} className="action-form" aria-label={title} onSubmit={submit} onKeyDown={onKeyDown}>
      {fields.map((field) => (
        <div key={field.name} className="field">
          <label htmlFor={`${id}-${field.name}`}>{field.label}</label>
          <FieldInput id={`${id}-${field.name}`} field={field} initial={initial[field.name]} />
        </div>
      ))}
      <div id={id} role="alert">
        {problem !== undefined && <p className="alarm">{problem}</p>}
      </div>
      <div className="action-form-buttons">
        <button type="submit" className="primary" disabled={busy} aria-describedby={id}>
          {busy ? "One moment …" : title}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

type FieldInputProps = { readonly id: string; readonly field: ActionField; readonly initial: string | undefined };

function FieldInput({ field, id, initial }: FieldInputProps) {
  const { choices, name } = field;
  if (choices !== undefined) {
    return (
      <select id={id} name={name} defaultValue={initial}>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  if (field.line === true)
    return <input id={id} type="text" name={name} required maxLength={500} defaultValue={initial} />;
  const long = field.most === undefined ? 3 : 14;
  return <textarea id={id} name={name} required rows={long} maxLength={field.most ?? 2000} defaultValue={initial} />;
}
