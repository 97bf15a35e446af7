import { incidentStream, type Plimsoll } from "@plimsoll/core";
import { HttpProblem, notFound } from "../problem.js";

/** Says why there is nothing to show: there is no such incident, or one of its events cannot be read. */
export async function absent(engine: Plimsoll, id: string): Promise<HttpProblem> {
  const { unreadableEvents } = await engine.health();
  const words = unreadableEvents.filter((text) => text.includes(` of the stream ${incidentStream(id)} `));
  if (words.length === 0) return notFound("incident", id);
  return new HttpProblem(500, { code: "unreadable-event", message: words.join(" ") });
}
