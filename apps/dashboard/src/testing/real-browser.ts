import { mkdirSync } from "node:fs";
import { chromium as findChromium, skipUnlessAvailable } from "@plimsoll/tools/components";
import axe from "axe-core";
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { expect, vi, type TestContext } from "vitest";

/**
 * How long a page may take to show what it should: a limit that finds what hangs, on a machine that is busy with other
 * things. It is no statement on speed.
 */
export const PATIENCE_MS = 60_000;
vi.setConfig({ testTimeout: 4 * PATIENCE_MS, hookTimeout: 4 * PATIENCE_MS });

const VIEWPORT = { width: 1280, height: 900 };
const STRANGER = "";

/** A real Chromium, or the reason why there is none. */
export type RealBrowser = {
  /**
   * The page of somebody who has a window of their own for the whole file: to go elsewhere with a page takes a third of what
   * opening one does. `first` is done in it once, such as signing in. Without a name it is a stranger's, which forgets
   * everything between tests.
   */
  page(context: TestContext, name?: string, first?: (page: Page) => void | Promise<void>): Promise<Page>;
  /** Opens a window with cookies of its own, for one test; reports the test as not run where there is no Chromium. */
  window(context: TestContext, options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Leaves every page, and closes the windows that were for one test. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

export async function startRealBrowser(): Promise<RealBrowser> {
  const executable = await findChromium();
  const browser =
    executable.kind === "unavailable"
      ? undefined
      : await chromium.launch({ executablePath: executable.executablePath, args: [...executable.args] });
  const kept = new Map<string, Page>();

  const window: RealBrowser["window"] = async (context, options = {}) => {
    skipUnlessAvailable(context, executable);
    if (browser === undefined) return expect.fail("Chromium was found and did not start.");
    const opened = await browser.newContext({ viewport: VIEWPORT, reducedMotion: "reduce", ...options });
    opened.setDefaultTimeout(PATIENCE_MS);
    return opened;
  };
  const leave = async (name: string, page: Page): Promise<void> => {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    if (name === STRANGER) {
      await page.context().clearCookies();
      // A page that shows nothing has no storage to forget.
      await page.evaluate(() => localStorage.clear()).catch(() => undefined);
    }
    await page.goto("about:blank");
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(VIEWPORT);
  };
  return {
    window,
    async page(context, name = STRANGER, first = () => undefined) {
      const known = kept.get(name);
      if (known !== undefined) return known;
      const page = await (await window(context)).newPage();
      await first(page);
      kept.set(name, page);
      return page;
    },
    async clear() {
      const staying = new Set([...kept.values()].map((page) => page.context()));
      await Promise.all([
        ...[...kept].map(([name, page]) => leave(name, page)),
        ...(browser?.contexts() ?? []).filter((one) => !staying.has(one)).map((one) => one.close()),
      ]);
    },
    async close() {
      await browser?.close();
    },
  };
}

/** Asks again until it is as expected: a page may take its time. */
export const eventually: typeof expect.poll = (read) => expect.poll(read, { timeout: PATIENCE_MS });

/** The view is there, and everything that it asks for. */
export async function settled(page: Page): Promise<void> {
  await page.locator("main h1").first().waitFor();
  await page.locator(".app-footer details").waitFor();
  await eventually(() => page.locator(".loading").count()).toBe(0);
}

/** What was said against the page while it was shown: errors, and what its policy forbade. */
export function collectComplaints(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Requests that fail are part of some tests; what the policy forbids never is.
    if (message.text().includes("Content Security Policy")) complaints.push(message.text());
  });
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds against WCAG 2.2 AA, best practices left out. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger: the policy forbids the page itself every script that is not its own.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    (runOnly) => (window as unknown as { axe: typeof axe }).axe.run({ runOnly, resultTypes: ["violations"] }),
    RULES,
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Nothing that axe finds in light or dark, and nothing wider than the narrowest phone. */
export async function expectReadable(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await shot(page, `${name}-${colorScheme}`);
    expect(await violations(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  await expectToFit(page);
  await shot(page, `${name}-phone`);
  if (size !== null) await page.setViewportSize(size);
}

/** Nothing is wider than the window, once what is drawn has followed its size. */
export async function expectToFit(page: Page): Promise<void> {
  const overhang = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await eventually(overhang).toBeLessThanOrEqual(0);
}

const shots = process.env["PLIMSOLL_SCREENSHOTS"];

/** Takes a picture to be looked at by hand, where PLIMSOLL_SCREENSHOTS names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name.replaceAll(" ", "-")}.png`, fullPage: true });
}
