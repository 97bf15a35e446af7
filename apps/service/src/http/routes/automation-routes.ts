import { automationBody } from "../../present/automation-body.js";
import { automationSchema, switchInputSchema, type AutomationBody } from "../../schemas/automation-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { refused } from "../problem.js";

const tags = ["runbooks"];

/** What the engine may start by itself, and the switch that stops all of it. */
export function automationRoutes(api: Api, { engine }: Pick<RouteContext, "engine">): void {
  const { killSwitch, runbooks } = engine;
  const standing = async (): Promise<AutomationBody> => {
    const all = await Promise.all(
      [...runbooks.library.values()].map(async (runbook) => {
        const found = await runbooks.automatic(runbook.id);
        return found === undefined ? [] : [{ runbook, standing: found }];
      }),
    );
    return automationBody(await killSwitch.read(), all.flat());
  };
  api.get(
    "/automation",
    {
      schema: {
        summary: "Which runbooks the engine may start by itself, and how the kill switch stands",
        response: { 200: automationSchema },
        tags,
      },
    },
    standing,
  );
  const turn = (verb: "engage" | "release", needs: "responder" | "approver", summary: string): void => {
    api.post(
      `/automation/${verb}`,
      { config: { needs }, schema: { summary, body: switchInputSchema, response: { 200: automationSchema }, tags } },
      async (request) => {
        // In no other name than the caller's own: who stopped it is whom people ask.
        const asked = { actor: request.caller?.name ?? "unnamed", reason: request.body.reason };
        const turned = await killSwitch[verb](asked);
        if (!turned.ok) throw refused(turned.error);
        return standing();
      },
    );
  };
  turn("engage", "responder", "Stop all that the engine does of its own accord, at once");
  turn("release", "approver", "Let the engine act of its own accord again, as far as it is configured to");
}
