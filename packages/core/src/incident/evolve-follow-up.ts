import type { ActionItem } from "./actions/action-item.js";
import type { FollowUpEvent } from "./incident-event.js";
import type { IncidentState } from "./incident.js";
import type { PostmortemState, SectionEdit } from "./postmortem/postmortem-section.js";

type PostmortemEvent = Extract<FollowUpEvent, { readonly type: `incident.postmortem-${string}` }>;
type ActionEvent = Extract<FollowUpEvent, { readonly type: `incident.action-${string}` }>;

/** Applies what was learnt from an incident. */
export function evolveFollowUp(state: IncidentState, event: FollowUpEvent): IncidentState {
  switch (event.type) {
    case "incident.action-added":
    case "incident.action-changed":
    case "incident.action-done":
    case "incident.action-dropped":
      return { ...state, actions: actionsAfter(state.actions, event) };
    case "incident.postmortem-edited":
    case "incident.postmortem-restored":
    case "incident.postmortem-reviewed":
      return { ...state, postmortem: postmortemAfter(state.postmortem, event) };
    case "incident.cost-recorded":
      return { ...state, recordedCost: { round: event.data.round, share: event.data.share } };
  }
}

function actionsAfter(actions: readonly ActionItem[], event: ActionEvent): readonly ActionItem[] {
  const { atMs } = event;
  if (event.type === "incident.action-added") {
    const { actionId: id, title, owner, priority, dueAtMs } = event.data;
    return [...actions, { id, title, owner, priority, dueAtMs, addedAtMs: atMs, status: "open" }];
  }
  return actions.map((item) => (item.id === event.data.actionId ? actionAfter(item, event) : item));
}

function actionAfter(
  item: ActionItem,
  event: Exclude<ActionEvent, { readonly type: "incident.action-added" }>,
): ActionItem {
  const { id, title, owner, priority, dueAtMs, addedAtMs } = item;
  const same = { id, title, owner, priority, dueAtMs, addedAtMs };
  switch (event.type) {
    case "incident.action-changed": {
      const { title: what, owner: who, priority: rank, dueAtMs: due } = event.data;
      return { ...item, title: what, owner: who, priority: rank, dueAtMs: due };
    }
    case "incident.action-done":
      return { ...same, status: "done", doneAtMs: event.atMs, outcome: event.data.outcome };
    case "incident.action-dropped":
      return { ...same, status: "dropped", droppedAtMs: event.atMs, reason: event.data.reason };
  }
}

function postmortemAfter(postmortem: PostmortemState, event: PostmortemEvent): PostmortemState {
  const { actor, atMs } = event;
  switch (event.type) {
    case "incident.postmortem-edited": {
      const { section, text } = event.data;
      return {
        edits: edited(postmortem.edits, { section, text, author: actor, atMs }),
        review: unapproved(postmortem),
      };
    }
    case "incident.postmortem-restored": {
      const edits = postmortem.edits.filter(({ section }) => section !== event.data.section);
      return { edits, review: unapproved(postmortem) };
    }
    case "incident.postmortem-reviewed": {
      const { status } = event.data;
      return { ...postmortem, review: status === "draft" ? { status } : { status, by: actor, atMs } };
    }
  }
}

function edited(edits: readonly SectionEdit[], edit: SectionEdit): readonly SectionEdit[] {
  return edits.some(({ section }) => section === edit.section)
    ? edits.map((known) => (known.section === edit.section ? edit : known))
    : [...edits, edit];
}

/** What was approved is not what it says now. */
function unapproved({ review }: PostmortemState): PostmortemState["review"] {
  return review.status === "approved" ? { status: "draft" } : review;
}
