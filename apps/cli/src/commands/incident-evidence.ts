import { evidenceDetailSchema, incidentDetailSchema, type EvidenceBody } from "@plimsoll/service/api";
import { readApi } from "../api/api.js";
import { usageError } from "../cli-error.js";
import type { CommandRun } from "../command-line/command.js";
import {
  evidenceListMarkdown,
  evidenceListText,
  evidenceMarkdown,
  evidenceText,
  SHORT_HASH,
} from "../present/incident-evidence.js";
import { writeForm } from "../present/output-form.js";
import { withIncident } from "./with-incident.js";

const LONGEST_PARAMETER = 200; // of a part of an address; the service finds nothing by a longer one
const STEPS = new Set([".", ".."]); // an address is followed by them, escaped or not, before it is asked for

export const evidence: CommandRun = (input, io) =>
  withIncident(input, io, async (api, path) => {
    const { value: incident } = await readApi(api, path, incidentDetailSchema);
    const named = input.arguments[1];
    if (named === undefined) {
      writeForm(input, io, {
        json: () => JSON.stringify({ evidence: incident.evidence }),
        text: (paint) => evidenceListText(incident, paint),
        markdown: () => evidenceListMarkdown(incident),
      });
      return;
    }
    const address = addressOf(incident.evidence, chosen(incident.id, incident.evidence, named));
    const { text, value } = await readApi(api, `${path}/evidence/${encodeURIComponent(address)}`, evidenceDetailSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => evidenceText(value, paint),
      markdown: () => evidenceMarkdown(value),
    });
  });

/** The item that somebody names by its id, its hash, or the hash's beginning. */
function chosen(incidentId: string, items: readonly EvidenceBody[], named: string): EvidenceBody {
  const exact = items.find(({ hash, id }) => hash === named || id === named);
  if (exact !== undefined) return exact;
  const begun = named === "" ? [] : items.filter(({ hash }) => hash.startsWith(named));
  const [first] = begun;
  const shown = JSON.stringify(named.slice(0, 80));
  if (first === undefined) {
    throw usageError(
      `${incidentId} has no evidence ${shown}. See which it has with: plimsoll incident evidence ${incidentId}`,
    );
  }
  if (begun.some(({ hash }) => hash !== first.hash)) {
    const hashes = [...new Set(begun.map(({ hash }) => hash.slice(0, Math.max(SHORT_HASH, named.length + 4))))];
    throw usageError(`${incidentId} has several items whose hash begins with ${shown}: ${hashes.join(", ")}.`);
  }
  return first;
}

/** What the service finds an item by: its id tells apart what is the same data, and not every id can stand in an address. */
function addressOf(items: readonly EvidenceBody[], { hash, id }: EvidenceBody): string {
  const cannotStand = id.length > LONGEST_PARAMETER || STEPS.has(id);
  return cannotStand || items.some((other) => other.hash === id) ? hash : id;
}
