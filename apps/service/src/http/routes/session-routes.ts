import { z } from "zod";
import {
  openedSessionSchema,
  ownPasswordInputSchema,
  sessionSchema,
  signInInputSchema,
  signInLinkInputSchema,
  type SessionBody,
} from "../../api.js";
import type { Api, RouteContext } from "../context.js";
import { isLoopback } from "../host-check.js";
import { HttpProblem } from "../problem.js";
import { endedCookie } from "../session-cookie.js";
import { createSignIn, type SignIn } from "../sign-in.js";
import { accessRefused } from "./access-routes.js";

const nobody = { needs: "nobody" } as const;

/** Who is signed in, and signing in and out. Nobody needs to be known for it; pages of other sites are refused all the same. */
export function sessionRoutes(api: Api, context: RouteContext & { readonly host: string }): void {
  const { access } = context.engine;
  const readsOpen = isLoopback(context.host);
  const signIn = createSignIn({ access, nowMs: context.nowMs });
  api.get(
    "/session",
    {
      config: nobody,
      schema: { summary: "Who is signed in", response: { 200: sessionSchema }, tags: ["access"] },
    },
    ({ caller }): SessionBody =>
      caller === undefined
        ? { state: "signed-out", readsOpen, hasUsers: access.users().length > 0 }
        : {
            state: "signed-in",
            name: caller.name,
            role: caller.role,
            by: caller.by === "session" ? "session" : "token",
          },
  );
  signInRoutes(api, context, signIn);
  ownPasswordRoute(api, context, signIn);
  api.post(
    "/sign-out",
    {
      // A stranger gains nothing by it, and whoever lost the second secret has to get out.
      config: nobody,
      schema: { summary: "End this session", response: { 204: z.undefined() }, tags: ["access"] },
    },
    async ({ caller }, reply) => {
      if (caller?.sessionId !== undefined) await access.signOut(caller.sessionId);
      return reply.header("set-cookie", endedCookie()).code(204).send();
    },
  );
}

function signInRoutes(api: Api, { engine, firstSignIn }: RouteContext, signIn: SignIn): void {
  api.post(
    "/sign-in",
    {
      config: nobody,
      schema: {
        summary: "Sign in with a name and a password",
        body: signInInputSchema,
        response: { 200: openedSessionSchema },
        tags: ["access"],
      },
    },
    async ({ body, headers, ip, log }, reply) => {
      try {
        const opened = await signIn({ ...body, address: ip, headers });
        return await reply.header("set-cookie", opened.cookie).send(opened.body);
      } catch (error) {
        // Without the name: people type their password into the wrong field.
        if (error instanceof HttpProblem) log.warn({ address: ip, code: error.body.code }, "a sign-in was refused");
        throw error;
      }
    },
  );
  api.post(
    "/sign-in/link",
    {
      config: nobody,
      schema: {
        summary: "Become the first admin, by the one-time link of the first start",
        body: signInLinkInputSchema,
        response: { 200: openedSessionSchema },
        tags: ["access"],
      },
    },
    async ({ body, headers, ip }, reply) => {
      const { name, password, secret } = body;
      const good = await firstSignIn?.redeem(secret, async () => {
        const outcome = await engine.access.addUser({ name, password, role: "admin", actor: `${name} (sign-in link)` });
        if (!outcome.ok) throw accessRefused(outcome.error);
      });
      if (good !== true) throw deadLink();
      const opened = await signIn({ name, password, address: ip, headers });
      return reply.header("set-cookie", opened.cookie).send(opened.body);
    },
  );
}

function ownPasswordRoute(api: Api, { engine: { access } }: RouteContext, signIn: SignIn): void {
  api.post(
    "/session/password",
    {
      config: { needs: "viewer" },
      schema: {
        summary: "Change one's own password; ends one's other sessions",
        body: ownPasswordInputSchema,
        response: { 200: openedSessionSchema },
        tags: ["access"],
      },
    },
    async ({ body: { current, password }, caller, headers, ip }, reply) => {
      if (caller?.by !== "session") {
        throw new HttpProblem(409, { code: "no-session", message: "A token has no password; sign in for this." });
      }
      const { name } = caller;
      // As signing in does: whoever found a page left open guesses no more often than at the door.
      await signIn({ name, password: current, address: ip, headers });
      const outcome = await access.setPassword({ name, password, actor: name });
      if (!outcome.ok) throw accessRefused(outcome.error);
      const opened = await signIn({ name, password, address: ip, headers });
      return reply.header("set-cookie", opened.cookie).send(opened.body);
    },
  );
}

/** The same for a link that was never one, that is over, and that was used. */
function deadLink(): HttpProblem {
  return new HttpProblem(401, {
    code: "dead-link",
    message:
      "This sign-in link is not good, or no longer: it works once, for a quarter of an hour, while there is no user. Start the service again for a new one, or add a user with `plimsoll user add <name> --role admin`.",
  });
}
