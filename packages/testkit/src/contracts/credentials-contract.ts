import type { Credentials } from "@plimsoll/core";

import { ensure, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** Credentials; they have no world. */
export type CredentialsHarness = ClosableHarness & { readonly credentials: Credentials };

const PASSWORD = "correct horse battery staple";

/** The promises of `Credentials`. */
export const credentialsContract: PortContract<CredentialsHarness> = {
  port: "Credentials",
  cases: [
    {
      name: "makes a new secret each time, long enough that nobody guesses it",
      async run({ credentials }) {
        const secrets = Array.from({ length: 100 }, () => credentials.newSecret());
        ensureEqual(new Set(secrets).size, secrets.length, "different secrets of 100");
        for (const secret of secrets)
          ensure(/^[A-Za-z0-9_-]{43,}$/.test(secret), "a secret is too short or has other characters");
      },
    },
    {
      // printf '%s' 'abc' | sha256sum
      name: "fingerprints a secret by SHA-256 in lower-case hex",
      async run({ credentials }) {
        const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        ensureEqual(credentials.fingerprint("abc"), expected, 'fingerprint of "abc"');
      },
    },
    {
      name: "verifies the password that made a hash",
      async run({ credentials }) {
        const hash = await credentials.hashPassword(PASSWORD);
        ensure(await credentials.verifyPassword(PASSWORD, hash), "the right password is refused");
      },
    },
    {
      name: "refuses any other password",
      async run({ credentials }) {
        const hash = await credentials.hashPassword(PASSWORD);
        for (const other of ["", PASSWORD.toUpperCase(), `${PASSWORD} `, PASSWORD.slice(0, -1)]) {
          ensure(!(await credentials.verifyPassword(other, hash)), `the password ${JSON.stringify(other)} is accepted`);
        }
      },
    },
    {
      name: "looks at every character of a long password",
      async run({ credentials }) {
        const long = "x".repeat(200);
        const hash = await credentials.hashPassword(`${long}a`);
        ensure(!(await credentials.verifyPassword(`${long}b`, hash)), "only a password's beginning counts");
      },
    },
    {
      name: "salts each hash",
      async run({ credentials }) {
        const [one, other] = [await credentials.hashPassword(PASSWORD), await credentials.hashPassword(PASSWORD)];
        ensure(one !== other, "one password gives one hash");
      },
    },
    {
      name: "takes a password for the same however its letters are composed",
      async run({ credentials }) {
        const hash = await credentials.hashPassword("G\u00fcrteltierzaun");
        ensure(await credentials.verifyPassword("Gu\u0308rteltierzaun", hash), "a decomposed letter is another letter");
      },
    },
    {
      name: "finds a hash that can not be read wrong, and does not throw",
      async run({ credentials }) {
        for (const hash of ["", "x", PASSWORD, "scrypt$99$8$1$a$b", "$argon2id$v=19$m=1$x$y"]) {
          ensureEqual(await credentials.verifyPassword(PASSWORD, hash), false, `answer for ${JSON.stringify(hash)}`);
        }
      },
    },
    {
      name: "does not keep the password in the hash",
      async run({ credentials }) {
        const hash = await credentials.hashPassword(PASSWORD);
        const encoded = btoa(PASSWORD).replaceAll("=", "");
        for (const shown of [PASSWORD, encoded])
          ensure(!hash.includes(shown), `the hash holds the password as ${shown}`);
      },
    },
  ],
};
