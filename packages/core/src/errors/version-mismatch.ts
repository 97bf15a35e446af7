/** A thing and how many events made it: the version that its stream has. */
export type Versioned<Thing> = Thing & { readonly version: number };

/** What a write may say beside its own: at any other version of the thing than the one that was seen, it is refused. */
export type SeenVersion = { readonly expectedVersion?: number };

/** A write that was meant for another version of the thing than there is. */
export type VersionMismatch = {
  readonly code: "version-mismatch";
  readonly expectedVersion: number;
  readonly presentVersion: number;
  readonly message: string;
};

/** Refuses a write at another version than its author has seen. To be asked where the write is decided, on the newest state. */
export function versionMismatch(
  name: string,
  presentVersion: number,
  expectedVersion: number | undefined,
): VersionMismatch | undefined {
  if (expectedVersion === undefined || expectedVersion === presentVersion) return undefined;
  const message = `${name} is at version ${presentVersion}, not ${expectedVersion}. Read it again, and ask again if it still makes sense.`;
  return { code: "version-mismatch", expectedVersion, presentVersion, message };
}
