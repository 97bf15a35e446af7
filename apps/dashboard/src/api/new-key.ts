/** Makes an Idempotency-Key. By `getRandomValues`, as `randomUUID` is there only on secure origins. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
