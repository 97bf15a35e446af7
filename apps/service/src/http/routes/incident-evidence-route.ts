import { z } from "zod";
import { evidenceDetailBody } from "../../present/incident-detail-body.js";
import { evidenceDetailSchema } from "../../schemas/incident-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { notFound } from "../problem.js";
import { absent } from "./incident-absent.js";

/** Gives an item of an incident's evidence back, with what was seen. */
export function incidentEvidenceRoute(api: Api, { engine }: RouteContext): void {
  api.get(
    "/incidents/:id/evidence/:evidenceId",
    {
      schema: {
        summary: "An item of an incident's evidence, with the data that its hash is of",
        params: z.object({
          id: z.string().max(40),
          evidenceId: z.string().max(200).describe("its hash, or its id with each slash as %2F"),
        }),
        response: { 200: evidenceDetailSchema },
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { evidenceId, id } = request.params;
      const view = await engine.incident(id);
      if (view === undefined) throw await absent(engine, id);
      // The hash first: whoever attaches something chooses its id, and must not stand in another item's place.
      const found =
        view.evidence.find(({ hash }) => hash === evidenceId) ?? view.evidence.find((one) => one.id === evidenceId);
      if (found === undefined) throw notFound("evidence", evidenceId);
      return evidenceDetailBody(view.state.id, found);
    },
  );
}
