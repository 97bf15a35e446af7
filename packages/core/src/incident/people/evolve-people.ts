import type { PeopleEvent } from "../incident-event.js";
import type { IncidentState } from "../incident.js";
import { holdersOf, type Duty, type IncidentRole } from "./role.js";

/** Applies what people did beside moving an incident on. */
export function evolvePeople(state: IncidentState, event: PeopleEvent): IncidentState {
  const { atMs, actor } = event;
  switch (event.type) {
    case "incident.escalated": {
      const { step, to, channel } = event.data;
      return { ...state, calls: [...state.calls, { atMs, step, to, channel }] };
    }
    case "incident.role-assigned":
      return { ...state, duties: begun(state.duties, { ...event.data, atMs }) };
    case "incident.role-handed-over": {
      const { role, from, to } = event.data;
      const rest = ended(state.duties, { role, person: from, atMs });
      return { ...state, duties: begun(rest, { role, person: to, atMs }) };
    }
    case "incident.role-released":
      return { ...state, duties: ended(state.duties, { ...event.data, atMs }) };
    case "incident.status-updated": {
      const { audience, text } = event.data;
      return { ...state, statusUpdates: [...state.statusUpdates, { atMs, author: actor, audience, text }] };
    }
    case "incident.stakeholders-told": {
      const { channel, person } = event.data;
      return { ...state, notices: [...state.notices, { atMs, person, channel }] };
    }
    case "incident.target-breached":
      return { ...state, breaches: [...state.breaches, event.data.breach] };
  }
}

type Change = { readonly role: IncidentRole; readonly person: string; readonly atMs: number };

function begun(duties: readonly Duty[], { role, person, atMs }: Change): readonly Duty[] {
  return holdersOf(duties, role).includes(person) ? duties : [...duties, { role, person, fromMs: atMs }];
}

function ended(duties: readonly Duty[], { role, person, atMs }: Change): readonly Duty[] {
  return duties.map((duty) =>
    duty.toMs === undefined && duty.role === role && duty.person === person ? { ...duty, toMs: atMs } : duty,
  );
}
