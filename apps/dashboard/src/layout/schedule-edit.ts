/** What a person fills in to change a schedule; times as a `datetime-local` field gives them, and taken for UTC. */
export type Edit = {
  readonly kind: string;
  readonly person: string;
  readonly with: string;
  readonly from: string;
  readonly to: string;
  readonly withFrom: string;
  readonly withTo: string;
  readonly reason: string;
};

export function emptyEdit(): Edit {
  return {
    kind: "replace",
    person: "",
    with: "",
    from: "",
    to: "",
    withFrom: "",
    withTo: "",
    reason: "",
  };
}

/** Whether all that its kind needs is there. */
export function isWhole(edit: Edit): boolean {
  const needed = [edit.person, edit.from, edit.to];
  if (edit.kind === "replace" || edit.kind === "swap") needed.push(edit.with);
  if (edit.kind === "swap") needed.push(edit.withFrom, edit.withTo);
  return needed.every((value) => value !== "");
}

/** What is asked of the preview: also whom an incident that begins with the change would page. */
export function changesOf(edit: Edit): object {
  const { kind, person } = edit;
  const span = { from: utc(edit.from), to: utc(edit.to) };
  const changes =
    kind === "swap"
      ? [
          { kind: "replace", person, with: edit.with, ...span },
          { kind: "replace", person: edit.with, with: person, from: utc(edit.withFrom), to: utc(edit.withTo) },
        ]
      : [{ kind, person, ...(kind === "replace" ? { with: edit.with } : {}), ...span }];
  return { changes, at: span.from };
}

/** What is stored, and under which address. */
export function storeOf(edit: Edit): { readonly verb: string; readonly body: object } {
  const { kind, person } = edit;
  const span = { from: utc(edit.from), to: utc(edit.to) };
  const said = edit.reason.trim() === "" ? {} : { reason: edit.reason };
  if (kind === "swap") {
    const second = { person: edit.with, from: utc(edit.withFrom), to: utc(edit.withTo) };
    return { verb: "swaps", body: { first: { person, ...span }, second, ...said } };
  }
  return {
    verb: "overrides",
    body: { kind, person, ...(kind === "replace" ? { with: edit.with } : {}), ...span, ...said },
  };
}

function utc(local: string): string {
  return `${local}${local.length === 16 ? ":00" : ""}Z`;
}
