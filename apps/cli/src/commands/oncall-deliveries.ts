import { deliveryListSchema, deliveryRetriedSchema, type DeliveryBody } from "@plimsoll/service/api";
import { EXIT } from "../cli-error.js";
import type { CommandRun } from "../command-line/command.js";
import { minuteWords } from "../present/on-call-words.js";
import { showTable } from "./show-answer.js";
import { addDecision } from "./write-decision.js";
import { keyOf } from "./written-options.js";

const LIST = "/api/v1/deliveries";
const COLUMNS = ["GIVEN UP (UTC)", "WHOM", "BY", "INCIDENT", "WHY", "WHAT", "DELIVERY"].map((title) => ({ title }));

export const undelivered: CommandRun = async (input, io) => {
  const { deliveries } = await showTable(input, io, {
    path: `${LIST}?state=dead`,
    schema: deliveryListSchema,
    columns: COLUMNS,
    rows: ({ deliveries: dead }) => dead.map(rowOf),
    none: "Every message has arrived, or is still being tried.",
  });
  return deliveries.length === 0 ? EXIT.fine : EXIT.finding;
};

function rowOf(dead: DeliveryBody): readonly string[] {
  const { attempts, givenUpAt, id, incidentId = "-", lastReason, notifier, person = "-", title } = dead;
  const why = attempts === 1 ? lastReason : `${lastReason} (${attempts} times)`;
  return [minuteWords(givenUpAt), person, notifier, incidentId, why, title, id];
}

export const resend: CommandRun = async (input, io) => {
  const [id = ""] = input.arguments;
  return addDecision(input, io, {
    path: `${LIST}/${encodeURIComponent(id)}/retry`,
    body: {},
    answer: deliveryRetriedSchema,
    words: (retried) => `${id} is sent once more, as ${retried.id}`,
    ...keyOf(input),
  });
};
