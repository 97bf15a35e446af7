import { describe, expect, it } from "vitest";

import { brokenAuditTrails } from "./broken/broken-audit-trails.js";
import { brokenClocks } from "./broken/broken-clocks.js";
import { brokenCredentials } from "./broken/broken-credentials.js";
import { brokenDeadMen } from "./broken/broken-dead-men.js";
import { brokenDigests } from "./broken/broken-digests.js";
import { brokenEventBuses } from "./broken/broken-event-buses.js";
import { brokenEventStores } from "./broken/broken-event-stores.js";
import { brokenFleets } from "./broken/broken-fleets.js";
import { brokenIdSources } from "./broken/broken-id-sources.js";
import { brokenNotifiers } from "./broken/broken-notifiers.js";
import { brokenRemediators } from "./broken/broken-remediators.js";
import { brokenSliHistories } from "./broken/broken-sli-histories.js";
import { brokenSliSources } from "./broken/broken-sli-sources.js";
import { brokenTimers } from "./broken/broken-timers.js";
import { brokenStepRunners } from "./broken/broken-step-runners.js";
import type { Broken } from "./broken/broken.js";
import { auditTrailContract } from "./contracts/audit-trail-contract.js";
import { clockContract } from "./contracts/clock-contract.js";
import { credentialsContract } from "./contracts/credentials-contract.js";
import { deadManContract } from "./contracts/dead-man-contract.js";
import { digestContract } from "./contracts/digest-contract.js";
import { eventBusContract } from "./contracts/event-bus-contract.js";
import { eventStoreContract } from "./contracts/event-store-contract.js";
import { fleetContract } from "./contracts/fleet-contract.js";
import { idSourceContract } from "./contracts/id-source-contract.js";
import { notifierContract } from "./contracts/notifier-contract.js";
import { remediatorContract } from "./contracts/remediator-contract.js";
import { sliHistoryContract } from "./contracts/sli-history-contract.js";
import { sliSourceContract } from "./contracts/sli-source-contract.js";
import { timerContract } from "./contracts/timer-contract.js";
import { stepRunnerContract } from "./contracts/step-runner-contract.js";
import { runContract, type ClosableHarness, type MakeHarness, type PortContract } from "./port-contract.js";

proves(clockContract, brokenClocks);
proves(idSourceContract, brokenIdSources);
proves(digestContract, brokenDigests);
proves(credentialsContract, brokenCredentials);
proves(sliSourceContract, brokenSliSources);
proves(notifierContract, brokenNotifiers);
proves(deadManContract, brokenDeadMen);
proves(eventStoreContract, brokenEventStores);
proves(eventBusContract, brokenEventBuses);
proves(sliHistoryContract, brokenSliHistories);
proves(auditTrailContract, brokenAuditTrails);
proves(stepRunnerContract, brokenStepRunners);
proves(remediatorContract, brokenRemediators);
proves(fleetContract, brokenFleets);
proves(timerContract, brokenTimers);

function proves<Harness extends ClosableHarness>(contract: PortContract<Harness>, broken: Broken<Harness>): void {
  describe(`the ${contract.port} contract`, () => {
    it("is kept by a right adapter, every case of it", async () => {
      const outcomes = await runContract(contract, broken.right);
      expect(outcomes.filter(({ kind }) => kind !== "kept")).toEqual([]);
    });

    it("has a broken adapter for each of its cases and no other", () => {
      expect(Object.keys(broken.flawed).toSorted()).toEqual(contract.cases.map(({ name }) => name).toSorted());
    });

    it.each(Object.entries(broken.flawed))(
      "is broken in one case by the adapter that breaks: %s",
      async (name, make) => {
        expect(await brokenCases(contract, make)).toEqual([name]);
      },
    );
  });
}

async function brokenCases<Harness extends ClosableHarness>(
  contract: PortContract<Harness>,
  make: MakeHarness<Harness>,
): Promise<readonly string[]> {
  const outcomes = await runContract(contract, make);
  return outcomes.filter(({ kind }) => kind === "broken").map(({ name }) => name);
}
