import { createServer } from "node:net";
import { LabError } from "../lab-error.js";
import { LAB_HOST, PORT_SPAN, type ProcessAddress } from "../topology.js";

/** Makes sure that every port can be had before anything starts; names the first that cannot. */
export async function checkPorts(processes: readonly ProcessAddress[]): Promise<void> {
  for (const { name, port } of processes) {
    const code = await tryPort(port);
    if (code !== undefined) throw portError(name, port, code);
  }
}

/** Says in one line which port is the trouble and what to do. */
export function portError(name: string, port: number, code: string): LabError {
  const reason = code === "EADDRINUSE" ? "is in use" : `cannot be used (${code})`;
  return new LabError(
    "port-in-use",
    `Port ${port} on ${LAB_HOST} ${reason}, and ${name} needs it. ` +
      `Stop what holds it, or choose other ports: plimsoll lab up --port-base <a number with ${PORT_SPAN} free ports after it>.`,
  );
}

function tryPort(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, LAB_HOST, () => server.close(() => resolve(undefined)));
  });
}
