import { createServer } from "node:net";

// Below the range from which systems take ports for outgoing connections: those come and go by the hundred while tests run.
const LOWEST = 12_000;
const HIGHEST = 32_000;
/** Room enough for the workers of a large machine. */
const SECTIONS = 20;
const SECTION = (HIGHEST - LOWEST) / SECTIONS;

/** A port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return freePorts(1);
}

/**
 * The first of so many ports on loopback, in a row, that were free a moment ago. Each worker of a test run looks in a section
 * of its own, so that two that look at the same time do not find the same.
 */
export async function freePorts(count: number): Promise<number> {
  const worker = Number(process.env["VITEST_POOL_ID"] ?? Math.floor(Math.random() * SECTIONS));
  const start = LOWEST + (worker % SECTIONS) * SECTION;
  const slots = Math.floor(SECTION / count);
  const first = Math.floor(Math.random() * slots);
  for (let step = 0; step < slots; step += 1) {
    const base = start + ((first + step) % slots) * count;
    if (await areFree(base, count)) return base;
  }
  throw new Error(`No ${count} free ports in a row between ${start} and ${start + SECTION}.`);
}

async function areFree(base: number, count: number): Promise<boolean> {
  for (let port = base; port < base + count; port += 1) {
    if (!(await isFree(port))) return false;
  }
  return true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
