import type { RelationEvent } from "../incident-event.js";
import type { IncidentState } from "../incident.js";
import type { IncidentLink, RecordedLink } from "./incident-link.js";

/** Applies how an incident came to belong with others. */
export function evolveRelation(state: IncidentState, event: RelationEvent): IncidentState {
  switch (event.type) {
    case "incident.linked":
      return { ...state, links: linked(state, event, event.data.link) };
    case "incident.unlinked": {
      const { kind, id } = event.data;
      return { ...state, links: state.links.filter((known) => known.kind !== kind || known.id !== id) };
    }
    case "incident.merged": {
      const { into } = event.data;
      const links = linked(state, event, { kind: "incident", id: into, relation: "merged into it" });
      return { ...state, links, status: "closed", mergedInto: into, closedAtMs: event.atMs };
    }
    case "incident.absorbed": {
      const { alerts, from, groups = [] } = event.data;
      const relation = from === state.splitFrom ? "split from it" : "merged into this";
      const followed = [...state.followed, ...alerts];
      const links = linked(state, event, { kind: "incident", id: from, relation });
      return { ...state, followed, groups: [...state.groups, ...groups], links };
    }
    case "incident.split-off": {
      const { into, keys } = event.data;
      const followed = state.followed.filter(({ key }) => !keys.includes(key));
      return { ...state, followed, links: linked(state, event, { kind: "incident", id: into, relation: "split off" }) };
    }
  }
}

function linked({ links }: IncidentState, { actor, atMs }: RelationEvent, link: IncidentLink): readonly RecordedLink[] {
  const isKnown = links.some(({ kind, id }) => kind === link.kind && id === link.id);
  return isKnown ? links : [...links, { ...link, atMs, by: actor }];
}
