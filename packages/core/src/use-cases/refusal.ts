/** A refusal of something a person asked for. */
export type Refusal = { readonly code: string; readonly message: string };

/** A person or program that asks for a write. */
export type Author = { readonly actor: string };
