import {
  calendarImportSchema,
  deliveryListSchema,
  handOverSchema,
  previewSchema,
  scheduleChangedSchema,
  silenceListSchema,
  silencePreviewSchema,
  silenceSchema,
} from "@plimsoll/service/api";
import { createServer } from "node:http";
import type { Written } from "./fake-service.js";

/** A service that says what it was sent about on-call and silences, and answers as the real one would. */
export type WritesService = {
  readonly address: string;
  readonly written: Written[];
  close(): Promise<void>;
};

const from = "2026-12-24T08:00:00.000Z";
const to = "2026-12-25T08:00:00.000Z";
const override = { id: "01A", kind: "replace", person: "ada", with: "ben", from, to, words: "ben instead of ada" };
const difference = {
  from,
  to,
  before: ["ada"],
  after: ["ben"],
  added: ["ben"],
  removed: ["ada"],
  opensGap: false,
};
const silence = {
  id: "01S",
  version: 1,
  state: "active",
  matchers: '{job="web"}',
  from: "2026-12-24T12:00:00.000Z",
  to: "2026-12-24T14:00:00.000Z",
  author: "ana",
  reason: "New rack.",
  createdAt: "2026-12-24T12:00:00.000Z",
  quiets: 1,
};
const at = "2026-12-24T20:00:00.000Z";
const changed = scheduleChangedSchema.parse({ version: 1, overrides: [override], differences: [difference] });

/** Held to the API's schemas, so that they are answers that it can give. */
const ANSWERS: Readonly<Record<string, readonly [number, unknown]>> = {
  "POST /api/v1/schedules/primary/overrides": [201, changed],
  "POST /api/v1/schedules/primary/swaps": [201, changed],
  "GET /api/v1/schedules/primary/hand-over": [
    200,
    handOverSchema.parse({
      schedule: { id: "primary", name: "Primary" },
      at,
      nextUntil: to,
      outgoing: ["Ada"],
      incoming: ["Ben"],
      openIncidents: [],
      expiringSilences: [],
      expiringOverrides: [],
      changesShipped: [
        {
          kind: "change",
          id: "deploy_7",
          what: "*right* after it",
          by: "ada",
          at: from,
          services: ["payments"],
          see: [{ kind: "incident", id: "INC-001", path: "/api/v1/incidents/INC-001" }],
        },
      ],
      actionItems: [],
      markdown: `# Hand-over: Primary

## Changes shipped

- **deploy\\_7** \\*right\\* after it (payments, ada, 2026-12-24 08:00:00 UTC; see incident INC-001)
`,
    }),
  ],
  "DELETE /api/v1/schedules/primary/overrides/ical%2Fa%2Fb": [204, undefined],
  "POST /api/v1/schedules/primary/overrides/import": [
    200,
    calendarImportSchema.parse({
      version: 1,
      overrides: [override],
      known: 2,
      problems: [{ line: 4, message: "names nobody" }],
      stored: false,
    }),
  ],
  "POST /api/v1/schedules/primary/preview": [
    200,
    previewSchema.parse({
      from,
      to,
      differences: [{ ...difference, after: [], added: [], opensGap: true }],
      pages: [
        {
          policy: "standard",
          before: [
            {
              at,
              step: 1,
              people: [
                {
                  id: "ada",
                  name: "Ada Byron",
                  sends: [
                    { at, channel: "chat" },
                    { at: "2026-12-24T20:05:00.000Z", channel: "mail" },
                  ],
                },
              ],
            },
          ],
          after: [{ at, step: 0, people: [{ id: "ben", name: "Ben Okri", sends: [] }] }],
        },
      ],
    }),
  ],
  "GET /api/v1/deliveries": [
    200,
    deliveryListSchema.parse({
      deliveries: [
        {
          id: "page/INC-001/1/1/1/ada/sms:%2B49",
          state: "dead",
          notifier: "sms",
          urgency: "page",
          title: "INC-001 SEV1: nobody can pay",
          incidentId: "INC-001",
          person: "ada",
          requestedAt: from,
          givenUpAt: at,
          attempts: 3,
          lastReason: "no such number",
        },
        {
          id: "report/1",
          state: "dead",
          notifier: "chat",
          urgency: "info",
          title: "The week",
          requestedAt: from,
          givenUpAt: at,
          attempts: 1,
          lastReason: "no such chat",
        },
      ],
    }),
  ],
  "POST /api/v1/deliveries/page%2FINC-001%2F1%2F1%2F1%2Fada%2Fsms%3A%252B49/retry": [
    202,
    { id: "page/INC-001/1/1/1/ada/sms:%2B49/retry" },
  ],
  "GET /api/v1/silences": [200, silenceListSchema.parse({ at, total: 1, silences: [silence] })],
  "GET /api/v1/silences/01S": [200, silenceSchema.parse(silence)],
  "POST /api/v1/silences": [201, silence],
  "POST /api/v1/silences/01S/extend": [200, silence],
  "DELETE /api/v1/silences/01S": [204, undefined],
  "POST /api/v1/silences/preview": [
    200,
    silencePreviewSchema.parse({
      matchers: '{job=~".*"}',
      matchesEverything: true,
      total: 2,
      of: 2,
      alerts: [{ key: "am/1", labels: { job: "web" }, startsAt: at, silencedAlready: true }],
      groups: [{ receiver: "incidents", labels: { job: "web" }, alerts: 1 }],
    }),
  ],
};

export async function startWritesService(): Promise<WritesService> {
  const written: Written[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const asking = `${request.method} ${(request.url ?? "").split("?")[0]}`;
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      const key = request.headers["idempotency-key"];
      const keyed = typeof key === "string" ? { key } : {};
      if (request.method !== "GET") {
        written.push({ request: asking, token: request.headers.authorization, body, ...keyed });
      }
      const [status, answer] = ANSWERS[asking] ?? [
        404,
        { code: "not-found", message: "There is nothing of that name." },
      ];
      response.writeHead(status, { "content-type": "application/json" });
      response.end(answer === undefined ? "" : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    written,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
