import type { OutgoingHttpHeaders } from "node:http";
import { liveEventSchema, metaSchema } from "../../api.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem } from "../problem.js";

/** What the service says about itself, and its stream of changes. */
export function metaRoutes(api: Api, { live, meta }: RouteContext): void {
  api.get(
    "/meta",
    { schema: { summary: "The service and its sources", response: { 200: metaSchema }, tags: ["service"] } },
    () => meta(),
  );
  api.get(
    "/events",
    {
      // A HEAD would be held open like the stream itself.
      exposeHeadRoute: false,
      schema: {
        summary: "Server-sent events: the name of what changed",
        response: {
          200: { description: "One event's data", content: { "text/event-stream": { schema: liveEventSchema } } },
        },
        tags: ["service"],
      },
    },
    (_request, reply) => {
      if (!live.connect(reply.raw, reply.getHeaders() as OutgoingHttpHeaders)) {
        throw new HttpProblem(503, {
          code: "too-many-streams",
          message: "Too many event streams are open; close some pages, or poll.",
        });
      }
      reply.hijack();
    },
  );
}
