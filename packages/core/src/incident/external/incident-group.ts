import { formatLabels, labelOf, type Labels } from "../../alert/labels.js";
import { cutTitle, type ExternalFacts } from "./external-facts.js";

/** A group of alerts from elsewhere that an incident is for as one: whatever joins the group belongs to it. */
export type IncidentGroup = {
  /** The group's own id, as routing gives it. */
  readonly id: string;
  /** The labels that make it. */
  readonly labels: Labels;
};

/** Names what a group is deduplicated by in the register that alerts' keys are in too. */
export function groupKey({ id }: Pick<IncidentGroup, "id">): string {
  return `alert-group/${id}`;
}

/** Says which group is meant: by its labels, where it has any. */
export function groupWords({ id, labels }: IncidentGroup): string {
  return Object.keys(labels).length === 0 ? `the group ${id}` : `the group ${formatLabels(labels)}`;
}

/** Puts the alerts that an incident is opened for into one title: what they all are called, and how many they are. */
export function groupTitle(group: IncidentGroup, alerts: readonly ExternalFacts[]): string | undefined {
  if (alerts.length < 2) return undefined;
  const common =
    same(alerts.map(({ title }) => title)) ?? same(alerts.map(({ labels }) => labelOf(labels, "alertname")));
  return cutTitle(common ?? groupWords(group), ` (${alerts.length} alerts)`);
}

/** What all of some texts are, where they are the same and say something. */
function same(texts: readonly string[]): string | undefined {
  const [first] = texts;
  return first !== "" && texts.every((text) => text === first) ? first : undefined;
}
