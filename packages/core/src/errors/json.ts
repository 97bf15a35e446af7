/** What survives a round trip through JSON; the only shape that crosses a port as opaque data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
