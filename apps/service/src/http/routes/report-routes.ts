import { formatDuration, parseDuration, renderReport } from "@plimsoll/core";
import { reportQuerySchema } from "../../api.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem } from "../problem.js";

const LONGEST_REPORT_MS = 366 * 86_400_000;

/** Reports on demand; scheduled ones are the publisher's business. */
export function reportRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.get("/report", { schema: { querystring: reportQuerySchema, tags: ["reports"] } }, async (request, reply) => {
    const { format, period } = request.query;
    const length = parseDuration(period);
    if (!length.ok || length.value > LONGEST_REPORT_MS) {
      const longest = formatDuration(LONGEST_REPORT_MS);
      throw new HttpProblem(400, { code: "invalid", message: `The period ${JSON.stringify(period.slice(0, 40))} is none; give a duration such as 7d, of at most ${longest}.`, path: "period" });
    }
    const report = engine.report({ fromMs: nowMs() - length.value, toMs: nowMs() });
    if (format === "json") return report;
    const type = format === "markdown" ? "text/markdown" : "text/plain";
    return reply.type(`${type}; charset=utf-8`).send(renderReport(report, format));
  });
}
