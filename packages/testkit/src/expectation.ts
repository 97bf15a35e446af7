import { ContractViolation } from "./contract-violation.js";

/** How long a case waits for something that a promise says will come; only a broken adapter ever waits that long. */
const PATIENCE_MS = 20_000;

/** Throws a violation with this message unless the condition holds. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ContractViolation(message);
}

/** Throws a violation that shows both values unless they are equal in depth. */
export function ensureEqual(actual: unknown, expected: unknown, what: string): void {
  if (isEqual(actual, expected)) return;
  throw new ContractViolation(`${what}: expected ${show(expected)}, found ${show(actual)}`);
}

/** Waits for something promised, and makes a violation of waiting in vain or of a throw. */
export async function ensureComes<Value>(
  what: string,
  work: Promise<Value>,
  patienceMs: number = PATIENCE_MS,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ContractViolation(`${what}: nothing came in ${patienceMs} ms`)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof ContractViolation) throw error;
    throw new ContractViolation(`${what}: threw ${show(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Collects the pages of an asynchronous iteration into one list. */
export async function collectPages<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) for (const item of page) items.push(item);
  return items;
}

/** Equality in depth; a member that is undefined counts as absent, as in JSON. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (left instanceof Uint8Array || right instanceof Uint8Array) {
    if (!(left instanceof Uint8Array) || !(right instanceof Uint8Array) || left.length !== right.length) return false;
    return left.every((byte, index) => byte === right[index]);
  }
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length) return false;
  const leftMembers = membersOf(left);
  const rightMembers = membersOf(right);
  if (leftMembers.size !== rightMembers.size) return false;
  for (const [key, value] of leftMembers) {
    if (!rightMembers.has(key) || !isEqual(value, rightMembers.get(key))) return false;
  }
  return true;
}

function membersOf(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, member]) => member !== undefined));
}

const LONGEST_SHOWN = 400; // characters; a violation is read by a person

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
