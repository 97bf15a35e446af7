// Measures once and appends one line per service to snapshots/<day>.ndjson. Run it every minute, by cron or a systemd timer:
//   * * * * * cd /path/to/homelab && node measure.mjs
import { appendFile, mkdir, readdir, stat } from "node:fs/promises";
import { resolve4 } from "node:dns/promises";
import { connect } from "node:net";
import { join } from "node:path";

const { BACKUP_FOLDER, DASHBOARD_URL, DNS_NAME, GATEWAY_URL, NODES, OLLAMA_URL, SNAPSHOTS = "snapshots" } = process.env;
const at = new Date().toISOString();
/** @type {Record<string, unknown>[]} */
const rows = [];

for (const [service, url] of Object.entries({ gateway: GATEWAY_URL, ollama: OLLAMA_URL, dashboard: DASHBOARD_URL })) {
  if (url) rows.push({ at, service, ok: await answers(url) });
}
// NODES=nas=192.168.1.5:22,pi=192.168.1.6:22
for (const entry of (NODES ?? "").split(",").filter(Boolean)) {
  const [node, address = ""] = entry.split("=");
  rows.push({ at, service: "nodes", node, ok: await accepts(address) });
}
if (DNS_NAME) {
  const started = performance.now();
  const resolved = await resolve4(DNS_NAME).catch(() => undefined);
  // A name that does not resolve is slower than any threshold.
  rows.push({ at, service: "dns", value: resolved === undefined ? 60_000 : performance.now() - started });
}
if (BACKUP_FOLDER) rows.push({ at, service: "backup", value: await hoursSinceNewest(BACKUP_FOLDER) });

await mkdir(SNAPSHOTS, { recursive: true });
await appendFile(join(SNAPSHOTS, `${at.slice(0, 10)}.ndjson`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

/** @param {string} address */
function accepts(address) {
  const [host, port] = address.split(":");
  return new Promise((settle) => {
    const socket = connect({ host, port: Number(port), timeout: 3_000 });
    /** @param {boolean} ok */
    const end = (ok) => {
      socket.destroy();
      settle(ok);
    };
    socket
      .once("connect", () => end(true))
      .once("error", () => end(false))
      .once("timeout", () => end(false));
  });
}

/** @param {string} folder */
async function hoursSinceNewest(folder) {
  const times = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mtimeMs),
  );
  return (Date.now() - Math.max(0, ...times)) / 3_600_000;
}
