import { readFileSync } from "node:fs";

/** This package's version; `..` is the package's folder both from src/ and from dist/. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { readonly version: string }).version;
}
