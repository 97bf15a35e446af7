import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { incidentListSchema } from "../api.js";
import { bearer, startMemoryService, TOKENS, type Answer, type MemoryService } from "../testing/memory-service.js";
import { postTo } from "../testing/sign-in-as.js";

const HOSTILE = [
  `</script><img src=x onerror=alert(1)>`,
  `[Open](javascript:alert(1)) ![](https://evil.example/pixel.png) <https://evil.example>`,
  `\n# Resolved\n\n| a | b |\n\n\`\`\`\n- [ ] @here`,
  `" } plimsoll_forged{x="1"} 1\nplimsoll_forged 1`,
  `a\r\nset-cookie: a=b`,
].join(" ");

let service: MemoryService;
let incident: { readonly id: string; readonly title: string };
const heard = (status: "firing" | "resolved", more: object = {}): Promise<Answer> => {
  const labels = { alertname: HOSTILE, service: "payments", severity: "critical", host: HOSTILE };
  const annotations = { summary: HOSTILE, description: HOSTILE, runbook_url: "javascript:alert(1)" };
  const alert = { status, labels, annotations, startsAt: "2026-03-10T11:59:00Z", ...more };
  const body = { version: "4", groupKey: HOSTILE, status, receiver: HOSTILE, alerts: [alert] };
  return postTo(service, "/api/v1/alerts/alertmanager", body, bearer(TOKENS.responder));
};
beforeAll(async () => {
  service = await startMemoryService();
  expect((await heard("firing")).status).toBe(200);
  const { incidents } = incidentListSchema.parse((await service.ask("/api/v1/incidents?status=open")).json());
  const [found] = incidents;
  if (found === undefined) throw new Error("The alert opened no incident.");
  incident = found;
  expect((await heard("resolved", { endsAt: "2026-03-10T12:00:00Z" })).status).toBe(200);
});
afterAll(() => service.close());

describe("labels of an alert that are markup", () => {
  it("come to the page as data that no browser takes for one", async () => {
    for (const path of ["/api/v1/incidents", `/api/v1/incidents/${incident.id}`, "/api/v1/alerts"]) {
      const answer = await service.ask(path, { headers: { accept: "text/html" } });
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        "x-content-type-options": "nosniff",
      });
      expect(answer.headers["content-security-policy"]).toContain("default-src 'self'");
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    expect(incident.title).toContain("<img src=x onerror=alert(1)>");
  });

  it("are left out where they would be an address, and the alert is taken", async () => {
    for (const generatorURL of [HOSTILE, "javascript:alert(1)", "data:text/html,x"]) {
      expect((await heard("firing", { generatorURL })).status).toBe(200);
      const answers = await Promise.all(["/api/v1/alerts", "/api/v2/alerts"].map((path) => service.ask(path)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      for (const { body } of answers) expect(body).not.toMatch(/"generatorUrl"|"generatorURL"/);
    }
  });

  it("have no structure of their own in the postmortem", async () => {
    const answer = await service.ask(`/api/v1/incidents/${incident.id}/postmortem`);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "text/markdown; charset=utf-8",
      "x-content-type-options": "nosniff",
    });
    const { body } = answer;
    expect(body).toContain("onerror=alert");
    expect(body).not.toMatch(/<(?:img|\/script|https)/i);
    expect(body).not.toMatch(/(?<!\\)\[Open(?<!\\)\]\(/);
    expect(body).not.toMatch(/(?<!\\)!\[/);
    expect(body).not.toMatch(/^# Resolved/m);
    expect(body).not.toMatch(/^- \[ \] @here/m);
    expect(body).not.toContain("https://evil.example");
    expect(body).not.toContain("@here");
  });

  it("forge no series and no line of the metrics page", async () => {
    const { body } = await service.ask("/metrics");
    expect(body).not.toMatch(/^plimsoll_forged/m);
  });

  it("forge no entry of the log", async () => {
    await service.ask(`/api/v1/incidents/${encodeURIComponent('x\n{"level":60}')}`);
    for (const chunk of service.log) {
      for (const line of chunk.trim().split("\n")) expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
    expect(service.log.join("")).not.toContain('{"level":60}');
  });
});
