import { checkPorts } from "../supervisor/check-ports.js";
import { labAddresses, listeningProcesses, PORT_SPAN } from "../topology.js";

// Below the range from which systems take ports for outgoing connections.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Finds a port base of which all the lab's ports are free, looking from a random place. */
export async function freePortBase(): Promise<number> {
  const slots = (HIGHEST - LOWEST) / PORT_SPAN;
  const first = Math.floor(Math.random() * slots);
  for (let step = 0; step < slots; step += 1) {
    const portBase = LOWEST + ((first + step) % slots) * PORT_SPAN;
    const free = await checkPorts(listeningProcesses(labAddresses(portBase))).then(
      () => true,
      () => false,
    );
    if (free) return portBase;
  }
  throw new Error(`No ${PORT_SPAN} free ports between ${LOWEST} and ${HIGHEST}.`);
}
