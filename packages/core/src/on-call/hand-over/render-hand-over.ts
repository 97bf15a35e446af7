import { escapeMarkdown } from "../../incident/escape-markdown.js";
import { utcWords } from "../../incident/instant-words.js";
import type { Override } from "../schedule/schedule.js";
import type { HandOver } from "./hand-over.js";
import type { ChangePlace } from "./shipped-changes.js";

/** Writes a hand-over as Markdown, in UTC. Everything foreign is escaped; the same hand-over gives the same text. */
export function renderHandOver(handOver: HandOver): string {
  const { atMs, nextToMs } = handOver;
  const sections = [
    [
      `# Hand-over: ${escapeMarkdown(handOver.scheduleName)}`,
      "",
      `From ${names(handOver.outgoing)} to ${names(handOver.incoming)} at ${utcWords(atMs)}; the next shift ends at ${utcWords(nextToMs)}.`,
    ],
    section(
      "Open incidents",
      handOver.openIncidents.map(
        ({ id, title, severity, status, service, declaredAtMs }) =>
          `**${escapeMarkdown(severity)} ${escapeMarkdown(id)}** ${escapeMarkdown(title)} (${escapeMarkdown(service)}, ${escapeMarkdown(status)}, since ${utcWords(declaredAtMs)})`,
      ),
    ),
    section(
      "Silences that end during the next shift",
      handOver.expiringSilences.map(
        ({ id, comment, author, expiresAtMs }) =>
          `**${escapeMarkdown(id)}** ${escapeMarkdown(comment)} (${escapeMarkdown(author)}, until ${utcWords(expiresAtMs)})`,
      ),
    ),
    section(
      "Overrides that end during the next shift",
      handOver.expiringOverrides.map(
        (override) =>
          `**${escapeMarkdown(override.id)}** ${escapeMarkdown(overrideWords(override))} (until ${utcWords(override.toMs)})`,
      ),
    ),
    section(
      "Changes shipped",
      handOver.changesShipped.map(
        ({ by, id, places, services, shippedAtMs, title }) =>
          `**${escapeMarkdown(id)}** ${escapeMarkdown(title)} (${[...services, by].map(escapeMarkdown).join(", ")}, ${utcWords(shippedAtMs)}; see ${placeWords(places)})`,
      ),
    ),
    section(
      "Action items",
      handOver.actionItems.map(({ id, title, priority, owner, dueMs, isOverdue }) => {
        const due = dueMs === undefined ? "no due date" : `${isOverdue ? "overdue since" : "due"} ${utcWords(dueMs)}`;
        const whose = owner === undefined ? "no owner" : escapeMarkdown(owner);
        return `**${escapeMarkdown(priority)} ${escapeMarkdown(id)}** ${escapeMarkdown(title)} (${whose}, ${due})`;
      }),
    ),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** Says what an override does, in words: `ben instead of ada`. */
export function overrideWords(override: Override): string {
  switch (override.kind) {
    case "add":
      return `${override.personId} as well`;
    case "remove":
      return `without ${override.personId}`;
    case "replace":
      return `${override.withPersonId} instead of ${override.personId}`;
  }
}

const PLACE_WORDS: Readonly<Record<ChangePlace["kind"], string>> = {
  incident: "incident",
  "runbook-run": "runbook run",
};

function placeWords(places: readonly ChangePlace[]): string {
  return places.map(({ id, kind }) => `${PLACE_WORDS[kind]} ${escapeMarkdown(id)}`).join(", ");
}

function section(title: string, items: readonly string[]): readonly string[] {
  return [`## ${title}`, "", ...(items.length === 0 ? ["None."] : items.map((item) => `- ${item}`))];
}

function names(personIds: readonly string[]): string {
  return personIds.length === 0 ? "nobody" : personIds.map(escapeMarkdown).join(", ");
}
