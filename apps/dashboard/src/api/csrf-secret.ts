const KEY = "plimsoll-csrf";

/** Keeps the second secret of a session, which every write sends along. */
export type CsrfSecret = {
  read(): string | undefined;
  /** Undefined forgets it. */
  keep(secret: string | undefined): void;
};

/**
 * It lies in the origin's own storage and not in a cookie: browsers send a machine's cookies to each of its ports, so
 * another program that listens there may see the session, and can do nothing with it without this.
 */
export function createCsrfSecret(storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem">): CsrfSecret {
  let kept: string | undefined;
  return {
    read() {
      try {
        return storage().getItem(KEY) ?? kept;
      } catch {
        return kept;
      }
    },
    keep(secret) {
      kept = secret;
      try {
        if (secret === undefined) storage().removeItem(KEY);
        else storage().setItem(KEY, secret);
      } catch {
        // Where storage is not allowed it holds for as long as the page is open.
      }
    },
  };
}

export const csrfSecret: CsrfSecret = createCsrfSecret(() => localStorage);
