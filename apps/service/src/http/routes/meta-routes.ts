import { metaSchema } from "../../api.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem } from "../problem.js";

/** What the service says about itself, and its stream of changes. */
export function metaRoutes(api: Api, { live, meta }: RouteContext): void {
  api.get("/meta", { schema: { response: { 200: metaSchema }, tags: ["service"] } }, () => meta());
  api.get("/events", { schema: { tags: ["service"], summary: "server-sent events: evaluated, incident" } }, (_request, reply) => {
    if (!live.connect(reply.raw)) {
      throw new HttpProblem(503, { code: "too-many-streams", message: "Too many event streams are open; close some pages, or poll." });
    }
    reply.hijack();
  });
}

