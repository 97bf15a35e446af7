import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createSecretReader, formatIssues, parseConfig } from "@plimsoll/config";
import { openEngine, serviceRegistry } from "@plimsoll/service";
import { prometheus } from "@plimsoll/tools/components";

const here = import.meta.dirname;
execFileSync(
  process.execPath,
  [join(here, "../../apps/cli/bin/plimsoll.js"), "validate", join(here, "plimsoll.yaml")],
  { stdio: "inherit" },
);

// A server that scrapes itself once a second; its own port is known only after its configuration is written.
const target = join(await mkdtemp(join(tmpdir(), "plimsoll-targets-")), "targets.json");
const server = await prometheus({
  config: `global: { scrape_interval: 1s }\nscrape_configs:\n  - { job_name: self, file_sd_configs: [{ files: ["${target}"], refresh_interval: 1s }] }\n`,
});
if (server.kind === "unavailable") {
  console.log(`not run: ${server.reason}`);
} else {
  try {
    await writeFile(target, JSON.stringify([{ targets: [new URL(server.url).host] }]));
    await read(server.url);
  } finally {
    await server.stop();
    await rm(join(target, ".."), { recursive: true, force: true });
  }
}

/** Reads every SLO until all have events, as the service does slice by slice. */
async function read(url: string): Promise<void> {
  const text = (await readFile(join(here, "plimsoll.yaml"), "utf8"))
    .replace("http://127.0.0.1:9090", url)
    .replace("version: 1", "version: 1\nslice: 2s");
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-prometheus-example-"));
  const config = parseConfig([{ name: join(folder, "plimsoll.yaml"), text }], {
    ...serviceRegistry,
    readSecret: createSecretReader(process.env),
  });
  assert(config.ok, config.ok ? "" : formatIssues(config.error, { color: false }));
  const { close, engine } = await openEngine(config.value);
  try {
    const deadlineMs = Date.now() + 90_000;
    const isMeasured = () => engine.views().every(({ evaluation }) => evaluation.budget.total > 0);
    let last = "nothing was read";
    while (!isMeasured()) {
      assert(Date.now() < deadlineMs, `no events after 90 s; the last answer: ${last}`);
      await setTimeout(500);
      for (const { id } of engine.slos) {
        const outcome = await engine.collect(id);
        if (outcome.kind === "failed") last = outcome.message;
      }
      await engine.round();
    }
    for (const { evaluation, slo } of engine.views()) {
      const { bad, total } = evaluation.budget;
      assert(bad >= 0 && bad <= total);
      console.log(`${slo.id}: ${total.toFixed(1)} requests, ${bad.toFixed(1)} of them bad`);
    }
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}
