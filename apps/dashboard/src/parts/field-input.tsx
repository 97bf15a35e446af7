import type { ActionField } from "../layout/action-field.js";
import { IdInput, OpenIncidentInput } from "./incident-input.js";
import { PersonInput } from "./person-input.js";

type FieldInputProps = { readonly id: string; readonly field: ActionField; readonly initial: string | undefined };

/** One field of a form, under its label. */
export function FieldInput({ field, id, initial }: FieldInputProps) {
  if (field.asks === "several") return <SeveralInput field={field} />;
  return (
    <div className="field">
      <label htmlFor={id}>{field.label}</label>
      <Input field={field} id={id} initial={initial} />
    </div>
  );
}

function SeveralInput({ field }: { readonly field: Extract<ActionField, { readonly asks: "several" }> }) {
  const { choices, label, name, none } = field;
  return (
    <fieldset className="several">
      <legend>{label}</legend>
      {choices.length === 0 && <p className="quiet">{none}</p>}
      {choices.map((choice) => (
        <label key={choice}>
          <input type="checkbox" name={name} value={choice} />
          <span>{choice}</span>
        </label>
      ))}
    </fieldset>
  );
}

const LINE_LENGTH = 500;
const TEXT_LENGTH = 2000;

type LabelledField = Exclude<ActionField, { readonly asks: "several" }>;

function Input({ field, id, initial }: FieldInputProps & { readonly field: LabelledField }) {
  const { name } = field;
  const shared = { id, name, required: field.optional !== true, defaultValue: initial };
  switch (field.asks) {
    case "text":
      return <textarea {...shared} rows={field.most === undefined ? 3 : 14} maxLength={field.most ?? TEXT_LENGTH} />;
    case "line":
      return <input {...shared} type="text" maxLength={field.most ?? LINE_LENGTH} />;
    case "choice":
      return (
        <select {...shared}>
          {field.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      );
    case "day":
      return <input {...shared} type="date" />;
    case "minute":
      return <input {...shared} type="datetime-local" />;
    case "person":
      return <PersonInput id={id} name={name} initial={initial} orTeam={field.orTeam === true} label={field.label} />;
    case "id":
      return <IdInput id={id} name={name} of={field.of} />;
    case "open-incident":
      return <OpenIncidentInput id={id} name={name} not={field.not} />;
  }
}
