import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

import * as testkit from "./index.js";

const repository = new URL("../../../", import.meta.url);
const ports = new URL("packages/core/src/ports/", repository);

/** Which contract an adapter of each port is held to; where there is none, why. */
const CONTRACTS: Readonly<Record<string, keyof typeof testkit | { readonly exempt: string }>> = {
  AuditTrail: "auditTrailContract",
  CancelSignal: {
    exempt: "what a caller hands to a source; `sliSourceContract` cancels by it, and no adapter keeps it",
  },
  Clock: "clockContract",
  Credentials: "credentialsContract",
  DeadMan: "deadManContract",
  Digest: "digestContract",
  EventBus: "eventBusContract",
  EventStore: "eventStoreContract",
  Fleet: "fleetContract",
  IdSource: "idSourceContract",
  LedgerCheckpoints: "sliHistoryContract",
  Notifier: "notifierContract",
  Outbox: "eventStoreContract",
  Remediator: "remediatorContract",
  SliHistory: "sliHistoryContract",
  SliSource: "sliSourceContract",
  StepRunner: "stepRunnerContract",
  Timer: "timerContract",
};
const named = [...new Set(Object.values(CONTRACTS).filter((contract) => typeof contract === "string"))];

it("names a contract for every port of core, or why there is none", () => {
  const declared = readdirSync(ports).map((file) => interfacesOf(readFileSync(new URL(file, ports), "utf8")));
  expect(declared.filter((names) => names.length === 0)).toEqual([]);
  expect(declared.flat().toSorted()).toEqual(Object.keys(CONTRACTS).toSorted());
});

it("exports every contract that it names, and no other", () => {
  const exported = Object.keys(testkit).filter((name) => name.endsWith("Contract") && name !== "describeContract");
  expect(exported.filter((name) => name !== "runContract").toSorted()).toEqual([...named].toSorted());
});

it("proves each contract by adapters that are broken on purpose", () => {
  const proofs = readFileSync(new URL("contracts.test.ts", import.meta.url), "utf8");
  expect(named.filter((contract) => !proofs.includes(`proves(${contract}, `))).toEqual([]);
});

it("has an adapter of this repository held to each contract", () => {
  const adapters = ["packages/", "apps/"].flatMap((folder) => testsBelow(new URL(folder, repository)));
  const held = adapters.join("\n").replaceAll(/^import [^;]*;/gm, "");
  expect(named.filter((contract) => !held.includes(`${contract},`))).toEqual([]);
});

it("tells of each contract in the manual", () => {
  const manual = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(named.filter((contract) => !manual.includes(`| \`${contract}\``))).toEqual([]);
});

function interfacesOf(source: string): readonly string[] {
  return [...source.matchAll(/^export interface (\w+)/gm)].map(([, name = ""]) => name);
}

/** The texts of the tests below a folder of packages, this one left out. */
function testsBelow(folder: URL): readonly string[] {
  const own = fileURLToPath(new URL(".", import.meta.url));
  return readdirSync(folder)
    .filter((name) => name !== "node_modules")
    .flatMap((name) => {
      const sources = fileURLToPath(new URL(`${name}/src/`, folder));
      if (sources === own) return [];
      const files = readdirSync(sources, { recursive: true, encoding: "utf8" });
      return files.filter((file) => file.endsWith(".test.ts")).map((file) => readFileSync(`${sources}${file}`, "utf8"));
    });
}
