import { createHash, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";

import type { Credentials } from "@plimsoll/core";

/** How much a password's hash costs. */
export type NodeCredentialsSettings = {
  /** Memory per hash in MiB, a power of two; default 128, as OWASP's cheat sheet on password storage asks of scrypt. */
  readonly memoryMib?: number;
};

const BLOCK_SIZE = 8; // r: 128 * r bytes per step, so 1 KiB
const HASH = /^scrypt\$(\d{1,2})\$8\$1\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;
// 1 GiB: a hash that asks for more was not made here.
const LARGEST_LOG_COST = 20;
const KEY_BYTES = 32;

/** Makes secrets and checks passwords by Node's own crypto: scrypt with a salt of its own for each hash. */
export function createNodeCredentials({ memoryMib = 128 }: NodeCredentialsSettings = {}): Credentials {
  const logCost = Math.log2(memoryMib * 1024);
  if (!Number.isInteger(logCost) || logCost > LARGEST_LOG_COST) {
    throw new RangeError(`memoryMib is ${memoryMib}; it is a power of two, up to 1024`);
  }
  return {
    newSecret: () => randomBytes(32).toString("base64url"),
    fingerprint: (secret) => createHash("sha256").update(secret, "utf8").digest("hex"),
    async hashPassword(password) {
      const salt = randomBytes(16).toString("base64url");
      return `scrypt$${logCost}$${BLOCK_SIZE}$1$${salt}$${(await derive(password, salt, logCost)).toString("base64url")}`;
    },
    async verifyPassword(password, hash) {
      const [, cost, salt, key] = HASH.exec(hash) ?? [];
      if (salt === undefined || key === undefined || Number(cost) > LARGEST_LOG_COST) return false;
      return timingSafeEqual(await derive(password, salt, Number(cost)), Buffer.from(key, "base64url"));
    },
  };
}

function derive(password: string, salt: string, logCost: number): Promise<Buffer> {
  const cost = 2 ** logCost;
  const options: ScryptOptions = { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 129 * BLOCK_SIZE * cost };
  return new Promise((resolve, reject) => {
    // The same letters typed on another keyboard may arrive composed otherwise.
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
