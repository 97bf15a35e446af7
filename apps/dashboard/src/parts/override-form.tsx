import { useState } from "react";
import { useDashboard } from "../api/dashboard-context.js";
import {
  previewCheck,
  schedulesResource,
  type ScheduleDetail,
  type SchedulePreview,
} from "../api/on-call-resources.js";
import { useResource } from "../api/use-resource.js";
import { usePost } from "../api/use-post.js";
import { write } from "../api/write.js";
import { changesOf, emptyEdit, isWhole, storeOf, type Edit } from "../layout/schedule-edit.js";
import { EditChoice, EditField, EditForm, EditPanel, type Said } from "./edit-form.js";
import { PreviewWords } from "./preview-words.js";

const KINDS = [
  ["replace", "Replace somebody"],
  ["add", "Add somebody"],
  ["remove", "Remove somebody"],
  ["swap", "Swap two shifts"],
] as const;

/** Changes who is on call for a time: what it would come to is shown first, and stored only then. */
export function OverrideForm({ schedule }: { readonly schedule: ScheduleDetail }) {
  return (
    <EditPanel summary="Change who is on call" purpose="to change who is on call">
      <Fields schedule={schedule} />
    </EditPanel>
  );
}

/** What is filled in, what it would come to, and how either goes on from there. */
function useEdit(scheduleId: string) {
  const { store } = useDashboard();
  const post = usePost();
  const [edit, setEdit] = useState<Edit>(emptyEdit);
  const [preview, setPreview] = useState<SchedulePreview>();
  const [said, setSaid] = useState<Said>();
  const [busy, setBusy] = useState(false);
  const path = `/schedules/${encodeURIComponent(scheduleId)}`;
  const set = (name: keyof Edit, value: string) => {
    setEdit((before) => ({ ...before, [name]: value }));
    // What is shown must be what is stored.
    setPreview(undefined);
    setSaid(undefined);
  };
  const ask = async () => {
    const asked = await write<SchedulePreview>("POST", `${path}/preview`, changesOf(edit), { check: previewCheck });
    if (asked.ok) setPreview(asked.value);
    setSaid(asked.ok ? undefined : { bad: true, text: asked.failure.message });
  };
  const keep = async () => {
    const { body, verb } = storeOf(edit);
    const stored = await post(`${path}/${verb}`, body);
    setSaid(stored.ok ? { bad: false, text: "It is stored." } : { bad: true, text: stored.failure.message });
    if (!stored.ok) return;
    setPreview(undefined);
    setEdit(emptyEdit());
    store.refresh("evaluated");
  };
  const submit = async () => {
    setBusy(true);
    await (preview === undefined ? ask() : keep());
    setBusy(false);
  };
  return { edit, preview, said, busy, set, submit };
}

function Fields({ schedule }: { readonly schedule: ScheduleDetail }) {
  const { busy, edit, preview, said, set, submit } = useEdit(schedule.id);
  const swaps = edit.kind === "swap";
  // Whoever is not in the schedule may take a shift as well.
  const people = useResource(schedulesResource).data?.people ?? schedule.people;
  const fields = { edit, onChange: set, people };
  return (
    <EditForm label={`Change ${schedule.name}`} busy={busy} said={said} onSubmit={() => void submit()}>
      <EditChoice label="What" value={edit.kind} options={KINDS} onChange={(value) => set("kind", value)} />
      <PersonChoice label="Person" name="person" {...fields} />
      <When label="From" name="from" {...fields} />
      <When label="To" name="to" {...fields} />
      {(swaps || edit.kind === "replace") && (
        <PersonChoice label={swaps ? "Swaps with" : "On call instead"} name="with" {...fields} />
      )}
      {swaps && <When label="Their shift from" name="withFrom" {...fields} />}
      {swaps && <When label="Their shift to" name="withTo" {...fields} />}
      <EditField label="Reason">
        <input value={edit.reason} maxLength={500} onChange={(event) => set("reason", event.target.value)} />
      </EditField>
      {preview !== undefined && <PreviewWords people={people} preview={preview} />}
      <div className="buttons">
        <button type="submit" disabled={!isWhole(edit)}>
          {preview === undefined ? "Preview" : "Store this change"}
        </button>
      </div>
    </EditForm>
  );
}

type FieldProps<Name extends keyof Edit> = {
  readonly label: string;
  readonly edit: Edit;
  readonly name: Name;
  readonly people: ScheduleDetail["people"];
  readonly onChange: (name: keyof Edit, value: string) => void;
};

function PersonChoice({ edit, label, name, onChange, people }: FieldProps<"person" | "with">) {
  const options = people.map((person): readonly [string, string] => [person.id, person.name]);
  return (
    <EditChoice
      label={label}
      value={edit[name]}
      options={[["", "Choose"], ...options]}
      onChange={(value) => onChange(name, value)}
    />
  );
}

function When({ edit, label, name, onChange }: FieldProps<"from" | "to" | "withFrom" | "withTo">) {
  return (
    <EditField label={`${label} (UTC)`}>
      <input type="datetime-local" value={edit[name]} onChange={(event) => onChange(name, event.target.value)} />
    </EditField>
  );
}
