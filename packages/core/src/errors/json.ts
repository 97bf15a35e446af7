/** What survives a round trip through JSON; the only shape that crosses a port as opaque data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Takes a value through JSON, so that an absent key and an undefined one are the same in every store. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
