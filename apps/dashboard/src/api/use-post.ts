import { useRef } from "react";
import { newKey } from "./new-key.js";
import type { Check } from "./shape.js";
import { write, type Written } from "./write.js";

/** Posts; where no answer came and the same is asked again, it goes out under the key that it had, and so is done once. */
export type Post = <Answer = unknown>(
  path: string,
  body: object,
  options?: { readonly check?: Check },
) => Promise<Written<Answer>>;

/** One for each form: what it asked for last is what may be asked again. */
export function usePost(): Post {
  const last = useRef<{ readonly asked: string; readonly key: string }>(undefined);
  return async <Answer>(path: string, body: object, options: { readonly check?: Check } = {}) => {
    const asked = JSON.stringify([path, body]);
    const key = last.current?.asked === asked ? last.current.key : newKey();
    last.current = { asked, key };
    const written = await write<Answer>("POST", path, body, { ...options, idempotencyKey: key });
    if (written.ok || written.failure.kind !== "unreachable") last.current = undefined;
    return written;
  };
}
