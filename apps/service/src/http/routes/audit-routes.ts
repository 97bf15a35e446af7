import { auditPageSchema, auditQuerySchema, auditVerdictSchema } from "../../api.js";
import { iso } from "../../present/slo-body.js";
import type { Api, RouteContext } from "../context.js";

const admin = { needs: "admin" } as const;
const tags = ["audit"];

/** Who decided what, and whether the record of it is whole. */
export function auditRoutes(api: Api, { engine }: RouteContext): void {
  api.get(
    "/audit",
    {
      config: admin,
      schema: {
        summary: "What people and programs did, oldest first",
        querystring: auditQuerySchema,
        response: { 200: auditPageSchema },
        tags,
      },
    },
    async ({ query: { after, limit } }) => {
      // One more than is shown tells whether there is another page.
      const found = await engine.audit({ afterNumber: after, limit: limit + 1 });
      const shown = found.slice(0, limit);
      const next = found.length > limit ? shown.at(-1)?.number : undefined;
      return {
        entries: shown.map(({ atMs, ...entry }) => ({ ...entry, at: iso(atMs) })),
        ...(next === undefined ? {} : { next }),
      };
    },
  );
  api.get(
    "/audit/verify",
    {
      config: admin,
      schema: {
        summary: "Whether the hash chain of the audit trail is whole",
        response: { 200: auditVerdictSchema },
        tags,
      },
    },
    () => engine.verifyAudit(),
  );
}
