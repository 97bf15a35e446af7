import { createServer, type IncomingMessage, type Server } from "node:http";
import { correction, healthy, history, incident, incidents, override, paging } from "./answers.js";
import { actionItems, explanation, incidentMetrics, postmortem } from "./incident-answers.js";

/** A service that gives recorded answers, and says what it was asked. */
export type FakeService = {
  readonly address: string;
  readonly asked: string[];
  readonly written: Written[];
  close(): Promise<void>;
};

/** A write as it came. */
export type Written = {
  readonly request: string;
  readonly token: string | undefined;
  readonly body: unknown;
  /** Its Idempotency-Key, where it had one. */
  readonly key?: string;
  /** Its If-Match, where it had one. */
  readonly ifMatch?: string;
};

type Answer = { readonly status: number; readonly type: string; readonly body: string };

const json = (value: unknown, status = 200): Answer => ({
  status,
  type: "application/json",
  body: JSON.stringify(value),
});
const notFound = json({ code: "not-found", message: "There is nothing of that name." }, 404);

/** Starts a service on a free port; `decision` is what its gate says. */
export async function startFakeService(
  decision: "allow" | "deny" | "unknown" = "deny",
  risk = "routine",
): Promise<FakeService> {
  const asked: string[] = [];
  const written: Written[] = [];
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
    "/api/v1/incidents/INC-001/postmortem/sections": json(postmortem),
    "/api/v1/incidents/INC-001/explain": json(explanation),
    "/api/v1/incidents/INC-001/case": json({ format: "plimsoll-regression-case", name: "regression-INC-001" }),
    "/api/v1/incidents/metrics": json(incidentMetrics),
    "/api/v1/action-items": json(actionItems),
    "/api/v1/incidents/INC-007": json({ code: "unreadable-event", message: "Event 1 cannot be read." }, 500),
    "/api/v1/gate": json({
      decision,
      risk,
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
    "/api/v1/overrides": json({ overrides: [override] }),
    "/api/v1/corrections": json({ corrections: [correction] }),
    "/api/v1/report": { status: 200, type: "text/plain", body: "Service levels\n" },
  };
  const server = createServer((request, response) => {
    const answer = (given: Answer): void =>
      void response.writeHead(given.status, { "content-type": given.type }).end(given.body);
    if (request.method === "GET") {
      asked.push(request.url ?? "");
      answer(answers[pathOf(request)] ?? notFound);
      return;
    }
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      const asking = `${request.method} ${request.url}`;
      const key = request.headers["idempotency-key"];
      const keyed = typeof key === "string" ? { key } : {};
      const ifMatch = request.headers["if-match"];
      const seen = ifMatch === undefined ? {} : { ifMatch };
      written.push({ request: asking, token: request.headers.authorization, body, ...keyed, ...seen });
      answer(writeAnswers(asking, body));
    });
  });
  await listening(server);
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    written,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What the service makes of a write: what it does with it all is tested where it is made. */
function writeAnswers(asking: string, body: unknown): Answer {
  const { declaredAt, durationMs, id, service, severity, title } = incident;
  const summary = {
    id,
    version: 3,
    title,
    service,
    severity,
    status: "acknowledged",
    burning: true,
    declaredAt,
    durationMs,
  };
  switch (asking) {
    case "POST /api/v1/incidents":
      return json(summary, 201);
    case "POST /api/v1/incidents/INC-001/split":
      return json({ ...summary, splitInto: "INC-002" });
    case "POST /api/v1/incidents/INC-001/merge":
      return json({ ...summary, status: "closed", mergedInto: "INC-002" });
    case "POST /api/v1/incidents/INC-001/resolve":
      return json({ code: "not-allowed", message: "INC-001 is resolved already." }, 409);
    case "POST /api/v1/overrides":
      return json({ ...override, ...(body as object) }, 201);
    case "POST /api/v1/corrections":
      return json({ ...correction, ...(body as object) }, 201);
    case "DELETE /api/v1/overrides/01A":
    case "DELETE /api/v1/corrections/01B":
      return { status: 204, type: "application/json", body: "" };
    case "DELETE /api/v1/overrides/secret":
      return json({ code: "no-token", message: "This needs a token with the role approver." }, 401);
    default:
      return asking.startsWith("POST /api/v1/incidents/INC-001/") ? json(summary) : notFound;
  }
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?")[0] ?? "";
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
}
