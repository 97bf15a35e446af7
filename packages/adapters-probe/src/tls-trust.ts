import { readFileSync } from "node:fs";
import { PlimsollError } from "@plimsoll/core";

/** How far a probe trusts certificates, as node:tls takes it. Throws a PlimsollError when the file cannot be read. */
export function trustOptions({
  verify,
  ca,
}: {
  readonly verify?: boolean | undefined;
  readonly ca?: string | undefined;
}) {
  return { rejectUnauthorized: verify ?? true, ...(ca === undefined ? {} : { ca: pem(ca) }) };
}

function pem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new PlimsollError({
      code: "tls-file-unreadable",
      message: `ca: cannot read ${path} (${why}). Give the path of a PEM file that this process may read.`,
      retryable: true,
      cause,
    });
  }
}
