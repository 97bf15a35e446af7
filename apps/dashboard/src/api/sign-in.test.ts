import { expect, test } from "vitest";
import type { CsrfSecret } from "./csrf-secret.js";
import { signIn, signOut } from "./sign-in.js";
import { createWrite } from "./write.js";

function world(answer: () => Response) {
  const asked: { readonly path: string; readonly body: unknown }[] = [];
  let kept: string | undefined = "before";
  const secret: CsrfSecret = { read: () => kept, keep: (given) => void (kept = given) };
  const by = createWrite(secret, (path, init) => {
    asked.push({ path: path as string, body: init?.body });
    return Promise.resolve(answer());
  });
  return { asked, kept: () => kept, options: { by, secret } };
}
const opened = () => Response.json({ name: "ann", role: "admin", csrf: "after", expires: "2026-11-21T20:00:00Z" });

test("signing in keeps the second secret", async () => {
  const { asked, kept, options } = world(opened);
  expect(await signIn({ name: "ann", password: "p" }, options)).toBeUndefined();
  expect(asked).toEqual([{ path: "/api/v1/sign-in", body: '{"name":"ann","password":"p"}' }]);
  expect(kept()).toBe("after");
});

test("a link's secret goes to the link's route", async () => {
  const { asked, options } = world(opened);
  await signIn({ name: "ann", password: "p", secret: "s" }, options);
  expect(asked).toEqual([{ path: "/api/v1/sign-in/link", body: '{"name":"ann","password":"p","secret":"s"}' }]);
});

test("what is refused changes nothing, and is said in the service's words", async () => {
  const body = { code: "wrong-credentials", message: "Name or password is wrong, or the user is disabled." };
  const { kept, options } = world(() => Response.json(body, { status: 401 }));
  expect(await signIn({ name: "ann", password: "p" }, options)).toEqual({ kind: "refused", status: 401, ...body });
  expect(await signOut(options)).toMatchObject({ status: 401 });
  expect(kept()).toBe("before");
});

test("signing out forgets the second secret", async () => {
  const { asked, kept, options } = world(() => new Response(null, { status: 204 }));
  expect(await signOut(options)).toBeUndefined();
  expect(asked).toEqual([{ path: "/api/v1/sign-out", body: undefined }]);
  expect(kept()).toBeUndefined();
});
