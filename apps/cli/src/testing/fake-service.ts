import { createServer, type IncomingMessage, type Server } from "node:http";
import { healthy, history, incident, incidents, paging } from "./answers.js";

/** A service that gives recorded answers, and says what it was asked. */
export type FakeService = { readonly address: string; readonly asked: string[]; close(): Promise<void> };

type Answer = { readonly status: number; readonly type: string; readonly body: string };

const json = (value: unknown, status = 200): Answer => ({
  status,
  type: "application/json",
  body: JSON.stringify(value),
});
const notFound = json({ code: "not-found", message: "There is nothing of that name." }, 404);

/** Starts a service on a free port; `decision` is what its gate says. */
export async function startFakeService(decision: "allow" | "deny" | "unknown" = "deny"): Promise<FakeService> {
  const asked: string[] = [];
  const answers: Readonly<Record<string, Answer>> = {
    "/api/v1/slos": json({ at: paging.evaluatedAt, slos: [paging, healthy] }),
    "/api/v1/slos/payments-availability": json(paging),
    "/api/v1/slos/payments-availability/history": json(history),
    "/api/v1/incidents": json(incidents),
    "/api/v1/incidents/INC-001": json(incident),
    "/api/v1/incidents/INC-001/postmortem": json(
      { code: "still-open", message: "INC-001 is still declared; its postmortem draft is there once it is resolved." },
      409,
    ),
    "/api/v1/gate": json({
      decision,
      risk: "routine",
      services: ["payments"],
      at: paging.evaluatedAt,
      reasons:
        decision === "allow"
          ? []
          : [
              {
                code: "burn",
                sloId: paging.id,
                message: "payments-availability: it burns at 62.5x over 1 h, the gate closes at 6x",
              },
            ],
    }),
    "/api/v1/report": { status: 200, type: "text/plain", body: "Service levels\n" },
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const { body, status, type } = answers[pathOf(request)] ?? notFound;
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await listening(server);
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?")[0] ?? "";
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
}
