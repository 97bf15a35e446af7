import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type SubmitEvent } from "react";
import type { ActionField, Filled } from "../layout/action-field.js";
import type { Confirmation } from "../layout/incident-action.js";
import { ConfirmDialog } from "./confirm-dialog.js";
import { FieldInput } from "./field-input.js";

type ActionFormProps = {
  readonly title: string;
  /** What it is about, where several forms have the same title. */
  readonly about?: string | undefined;
  readonly fields: readonly ActionField[];
  readonly initial?: Filled | undefined;
  /** What it comes to, where that is asked about once more before it is sent. */
  readonly confirm?: ((filled: Filled) => Confirmation | undefined) | undefined;
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly onSubmit: (filled: Filled) => void;
  readonly onCancel: () => void;
};

/** Asks for what an action needs. Escape, or Cancel, leaves it; Control and Enter send it from anywhere in it. */
export function ActionForm(props: ActionFormProps) {
  const { about, busy, confirm, fields, initial = {}, onCancel, onSubmit, problem, title } = props;
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [asked, setAsked] = useState<Filled>();
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>("textarea, select, input")?.focus();
  }, []);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const filled = filledIn(event.currentTarget, fields);
    if (confirm === undefined) onSubmit(filled);
    else setAsked(filled);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
  };
  const label = about === undefined ? title : `${title}: ${about}`;
  const confirmation = asked === undefined ? undefined : confirm?.(asked);
  return (
    <form ref={form} className="action-form" aria-label={label} onSubmit={submit} onKeyDown={onKeyDown}>
      {about !== undefined && <p className="action-form-about">{label}</p>}
      {fields.map((field) => (
        <FieldInput key={field.name} id={`${id}-${field.name}`} field={field} initial={initial[field.name]} />
      ))}
      <div id={id} role="alert">
        {problem !== undefined && <p className="alarm">{problem}</p>}
      </div>
      <div className="action-form-buttons">
        <button
          type="submit"
          className="primary"
          // Not `disabled`: that would take the focus away from whoever pressed it.
          aria-disabled={busy}
          aria-describedby={id}
        >
          {busy ? "One moment …" : title}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
      {asked !== undefined && confirmation !== undefined && (
        <ConfirmDialog
          {...confirmation}
          onYes={() => {
            setAsked(undefined);
            onSubmit(asked);
          }}
          onNo={() => setAsked(undefined)}
        />
      )}
    </form>
  );
}

function filledIn(form: HTMLFormElement, fields: readonly ActionField[]): Filled {
  const given = new FormData(form);
  const text = (name: string) => {
    const value = given.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const filled = fields.map(({ asks, name, optional }) => {
    const value = asks === "several" ? JSON.stringify(given.getAll(name)) : text(name);
    return optional === true && value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(filled.flat());
}
