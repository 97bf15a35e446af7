import { formatDuration, parseDuration, renderReport } from "@plimsoll/core";
import { z } from "zod";
import { reportQuerySchema, reportSchema } from "../../api.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem } from "../problem.js";

const LONGEST_REPORT_MS = 366 * 86_400_000;

const answer = {
  description: "The report, in the format asked for",
  content: {
    "application/json": { schema: reportSchema },
    "text/markdown": { schema: z.string() },
    "text/plain": { schema: z.string() },
  },
};

/** Reports on demand; scheduled ones are the publisher's business. */
export function reportRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  const schema = {
    summary: "Figures of a period that ends now, against the one before",
    querystring: reportQuerySchema,
    response: { 200: answer },
    tags: ["reports"],
  };
  api.get("/report", { schema }, async (request, reply) => {
    const { format, period } = request.query;
    const length = parseDuration(period);
    if (!length.ok || length.value <= 0 || length.value > LONGEST_REPORT_MS) {
      const longest = formatDuration(LONGEST_REPORT_MS);
      throw new HttpProblem(400, {
        code: "invalid",
        message: `The period ${JSON.stringify(period.slice(0, 40))} is none; give a duration such as 7d, of at most ${longest}.`,
        path: "period",
      });
    }
    const toMs = nowMs();
    const report = engine.report({ fromMs: toMs - length.value, toMs });
    if (format === "json")
      return reply.type("application/json; charset=utf-8").send(JSON.stringify(reportSchema.parse(report)));
    const type = format === "markdown" ? "text/markdown" : "text/plain";
    return reply.type(`${type}; charset=utf-8`).send(renderReport(report, format));
  });
}
