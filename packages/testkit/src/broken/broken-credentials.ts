import { createHash, randomBytes } from "node:crypto";

import type { CredentialsHarness } from "../contracts/credentials-contract.js";
import type { Broken } from "./broken.js";

type Credentials = CredentialsHarness["credentials"];

// A plain hash is right by the contract, which can not see what a guess costs; no product code may do so.
const hashOf = (salt: string, password: string): string => `${salt}:${sha256(`${salt}:${password.normalize("NFKC")}`)}`;

const RIGHT: Credentials = {
  newSecret: () => randomBytes(32).toString("base64url"),
  fingerprint: sha256,
  hashPassword: async (password) => hashOf(randomBytes(8).toString("hex"), password),
  verifyPassword: async (password, hash) => {
    const [salt = "", digest] = hash.split(":");
    return digest !== undefined && hashOf(salt, password) === hash;
  },
};

/** Credentials over SHA-256, right or wrong in one way. */
export const brokenCredentials: Broken<CredentialsHarness> = {
  right: () => ({ credentials: RIGHT }),
  flawed: {
    "makes a new secret each time, long enough that nobody guesses it": () =>
      credentialsThat({ newSecret: () => randomBytes(16).toString("base64url") }),
    "fingerprints a secret by SHA-256 in lower-case hex": () =>
      credentialsThat({ fingerprint: (secret) => sha256(secret).toUpperCase() }),
    "verifies the password that made a hash": () =>
      credentialsThat({
        // Refuses what has a blank in it, which the other cases do not need to be accepted.
        verifyPassword: async (password, hash) => !password.includes(" ") && RIGHT.verifyPassword(password, hash),
      }),
    "refuses any other password": () =>
      credentialsThat({
        // Most keyboards' caps lock is no reason to accept.
        hashPassword: (password) => RIGHT.hashPassword(password.trim().toLowerCase()),
        verifyPassword: (password, hash) => RIGHT.verifyPassword(password.trim().toLowerCase(), hash),
      }),
    "looks at every character of a long password": () =>
      credentialsThat({
        hashPassword: (password) => RIGHT.hashPassword(password.slice(0, 72)),
        verifyPassword: (password, hash) => RIGHT.verifyPassword(password.slice(0, 72), hash),
      }),
    "salts each hash": () => credentialsThat({ hashPassword: async (password) => hashOf("pepper", password) }),
    "takes a password for the same however its letters are composed": () =>
      credentialsThat({
        hashPassword: (password) => RIGHT.hashPassword(JSON.stringify([...new TextEncoder().encode(password)])),
        verifyPassword: (password, hash) =>
          RIGHT.verifyPassword(JSON.stringify([...new TextEncoder().encode(password)]), hash),
      }),
    "finds a hash that can not be read wrong, and does not throw": () =>
      credentialsThat({
        verifyPassword: async (password, hash) => {
          if (!hash.includes(":")) throw new RangeError("no hash");
          return RIGHT.verifyPassword(password, hash);
        },
      }),
    "does not keep the password in the hash": () =>
      credentialsThat({
        hashPassword: async (password) => `${await RIGHT.hashPassword(password)}#${password}`,
        verifyPassword: (password, hash) => RIGHT.verifyPassword(password, hash.split("#")[0] ?? ""),
      }),
  },
};

function credentialsThat(flaw: Partial<Credentials>): CredentialsHarness {
  return { credentials: { ...RIGHT, ...flaw } };
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
