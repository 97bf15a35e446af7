import type { InstanceStatus, LabStatus, TrafficStatus } from "./control-protocol.js";
import { describeFault, percentText } from "./fault.js";

/** Prints a lab's status as aligned text, for people; `now` is for the ages. */
export function formatLabStatus(status: LabStatus, now: Date): string {
  const banks = status.banks.map((bank) => ({ ...bank, calls: [] }));
  const services = [...status.services, ...banks].map((one) => [
    one.name,
    one.address,
    ...trafficCells(one.traffic),
    `${one.instances.filter(({ state }) => state === "running").length} of ${one.instances.length} up`,
    one.calls.join(", ") || "-",
  ]);
  const processes = [
    ...status.services.flatMap((service) => [...service.instances.map(withFault), { ...service.balancer, fault: "" }]),
    ...status.banks.flatMap(({ instances }) => instances.map(withFault)),
    { ...status.load.process, fault: "" },
  ].map(({ name, state, pid, port, since, restarts, fault }) => [
    name,
    state,
    pid === undefined ? "-" : String(pid),
    String(port),
    ageText(now.getTime() - Date.parse(since)),
    String(restarts),
    fault || "-",
  ]);
  const [rate, errors] = trafficCells(status.load.traffic);
  return [
    `Lab up for ${ageText(now.getTime() - Date.parse(status.supervisor.since))}, gateway ${status.gatewayUrl}`,
    `Load: ${rate} requests/s of ${status.load.requestsPerSecondWanted} wanted, ${errors} errors, last 10 s`,
    ...status.services.flatMap(({ name, routing }) =>
      routing === undefined ? [] : [`Charges: ${name} sends ${percentText(routing.fallback)} to bank-fallback`],
    ),
    "",
    ...alignColumns([["SERVICE", "ADDRESS", "REQ/S", "ERRORS", "INSTANCES", "CALLS"], ...services], [2, 3]),
    "",
    ...alignColumns([["PROCESS", "STATE", "PID", "PORT", "FOR", "RESTARTS", "FAULTS"], ...processes], [2, 3, 4, 5]),
    "",
  ].join("\n");
}

function withFault(instance: InstanceStatus): InstanceStatus & { readonly fault: string } {
  return { ...instance, fault: instance.faults.map(describeFault).join(", ") };
}

function trafficCells(traffic: TrafficStatus): readonly [string, string] {
  return [
    traffic.requestsPerSecond.toFixed(1),
    traffic.errorRatio === undefined ? "-" : percentText(Math.round(traffic.errorRatio * 1_000) / 1_000),
  ];
}

function alignColumns(rows: readonly (readonly string[])[], rightAligned: readonly number[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        rightAligned.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const units: readonly (readonly [string, number])[] = [
    ["d", Math.floor(seconds / 86_400)],
    ["h", Math.floor(seconds / 3_600) % 24],
    ["min", Math.floor(seconds / 60) % 60],
    ["s", seconds % 60],
  ];
  const first = units.findIndex(([, amount]) => amount > 0);
  if (first === -1) return "0 s";
  return units
    .slice(first, first + 2)
    .filter(([, amount]) => amount > 0)
    .map(([unit, amount]) => `${amount} ${unit}`)
    .join(" ");
}
