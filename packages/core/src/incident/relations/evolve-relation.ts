import type { RelationEvent } from "../incident-event.js";
import type { IncidentState } from "../incident.js";
import type { IncidentLink } from "./incident-link.js";

/** Applies how an incident came to belong with others. */
export function evolveRelation(state: IncidentState, event: RelationEvent): IncidentState {
  switch (event.type) {
    case "incident.linked":
      return { ...state, links: linked(state.links, event.data.link) };
    case "incident.unlinked": {
      const { kind, id } = event.data;
      return { ...state, links: state.links.filter((known) => known.kind !== kind || known.id !== id) };
    }
    case "incident.merged": {
      const { into } = event.data;
      const links = linked(state.links, { kind: "incident", id: into, relation: "merged into it" });
      return { ...state, links, status: "closed", mergedInto: into, closedAtMs: event.atMs };
    }
    case "incident.absorbed": {
      const { alerts, from } = event.data;
      const relation = from === state.splitFrom ? "split from it" : "merged into this";
      const followed = [...state.followed, ...alerts];
      return { ...state, followed, links: linked(state.links, { kind: "incident", id: from, relation }) };
    }
    case "incident.split-off": {
      const { into, keys } = event.data;
      const followed = state.followed.filter(({ key }) => !keys.includes(key));
      return { ...state, followed, links: linked(state.links, { kind: "incident", id: into, relation: "split off" }) };
    }
  }
}

function linked(links: readonly IncidentLink[], link: IncidentLink): readonly IncidentLink[] {
  return links.some(({ kind, id }) => kind === link.kind && id === link.id) ? links : [...links, link];
}
