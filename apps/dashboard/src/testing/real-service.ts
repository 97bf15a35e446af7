import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@plimsoll/config";
import { serviceRegistry, startService } from "@plimsoll/service";
import { findLocalService } from "@plimsoll/service/local";
import type { Page } from "playwright-core";
import { buildDashboard } from "./build-dashboard.js";

/** The password of everybody here. */
export const PASSWORD = "correct horse battery";

/** The real service behind the page as it is released, on storage of its own. */
export type RealService = {
  readonly address: string;
  /** Where the first admin is made. */
  readonly signInLink: string;
  /** Writes as the machine's own administrator, and gives what is answered; throws what the service refuses. */
  tell(path: string, body: object): Promise<unknown>;
  stop(): Promise<void>;
};

/** Starts it; `configure` is given an empty folder, and writes what follows the version, the storage and the port. */
export async function startRealService(configure: (folder: string) => string | Promise<string>): Promise<RealService> {
  const built = await buildDashboard();
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-page-"));
  const text = `version: 1\nslice: 15s\nstorage: ${folder}/data\nhttp: { port: 0 }\n${await configure(folder)}`;
  const parsed = parseConfig([{ name: "plimsoll.yaml", text }], {
    ...serviceRegistry,
    readSecret: () => ({ ok: false, error: "none" }) as never,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const service = await startService(parsed.value, {
    stateDirectory: folder,
    dashboardDirectory: built.folder,
    version: "0.0.0-test",
    logLevel: "silent",
  });
  const token = (await findLocalService(folder))?.token ?? "";
  return {
    address: service.address,
    signInLink: service.signInLink ?? "",
    async tell(path, body) {
      const answer = await fetch(`${service.address}/api/v1${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${text}`);
      return JSON.parse(text) as unknown;
    },
    async stop() {
      await service.stop();
      await built.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One SLO that nothing ever measures, for configurations whose matter is another. */
export const UNMEASURED_SLO = `
sources: { pages: { type: scrape, targets: ["http://127.0.0.1:1/metrics"] } }
slos:
  payments-availability:
    service: payments
    target: 99.9%
    window: 30d
    sli: { kind: events, source: pages, query: { bad: up, total: up } }
`;

/** Follows the link of the first start, and becomes the admin `ann`. */
export async function becomeFirstAdmin(page: Page, { signInLink }: RealService): Promise<void> {
  await page.goto(signInLink);
  await fillIn(page, { Name: "ann", Password: PASSWORD, "The same again": PASSWORD });
  await page.getByRole("button", { name: "Become the first admin" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Signs in as somebody who was made with {@link PASSWORD}. */
export async function signIn(page: Page, { address }: RealService, name: string): Promise<void> {
  await page.goto(`${address}/sign-in`);
  await fillIn(page, { Name: name, Password: PASSWORD });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Fills in fields by their labels. */
export async function fillIn(place: Pick<Page, "getByLabel">, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) {
    const field = place.getByLabel(label, { exact: true });
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
}
