import type { AccessDenial, TokenView, UserView } from "@plimsoll/core";
import { z } from "zod";
import {
  byInputSchema,
  issuedTokenSchema,
  passwordInputSchema,
  roleInputSchema,
  tokenInputSchema,
  tokenListSchema,
  userInputSchema,
  userListSchema,
  userSchema,
} from "../../api.js";
import { iso } from "../../present/slo-body.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem, notFound, refused } from "../problem.js";

const byName = z.object({ name: z.string().max(63) });
const byId = z.object({ id: z.string().max(100) });
const admin = { needs: "admin" } as const;
const tags = ["access"];

/** Users and tokens; all of it is for admins. */
export function accessRoutes(api: Api, context: RouteContext): void {
  userRoutes(api, context);
  userChangeRoutes(api, context);
  tokenRoutes(api, context);
}

function userRoutes(api: Api, { engine: { access } }: RouteContext): void {
  api.get(
    "/users",
    { config: admin, schema: { summary: "Everybody who may sign in", response: { 200: userListSchema }, tags } },
    () => ({ users: access.users().map(userBody) }),
  );
  api.post(
    "/users",
    {
      config: admin,
      schema: { summary: "Add a user", body: userInputSchema, response: { 201: userSchema }, tags },
    },
    async ({ body, caller }, reply) => {
      const { by, ...asked } = body;
      const outcome = await access.addUser({ ...asked, actor: actorName(caller, by) });
      if (!outcome.ok) throw accessRefused(outcome.error);
      return reply.code(201).send(userNamed(access.users(), asked.name));
    },
  );
}

function userChangeRoutes(api: Api, { engine: { access } }: RouteContext): void {
  const answers = { params: byName, response: { 200: userSchema }, tags };
  api.post(
    "/users/:name/role",
    { config: admin, schema: { summary: "Change a user's role", body: roleInputSchema, ...answers } },
    async ({ body: { by, role }, caller, params: { name } }) => {
      const outcome = await access.changeRole({ name, role, actor: actorName(caller, by) });
      if (!outcome.ok) throw accessRefused(outcome.error);
      return userNamed(access.users(), name);
    },
  );
  api.post(
    "/users/:name/password",
    {
      config: admin,
      schema: { summary: "Set a user's password; ends the user's sessions", body: passwordInputSchema, ...answers },
    },
    async ({ body: { by, password }, caller, params: { name } }) => {
      const outcome = await access.setPassword({ name, password, actor: actorName(caller, by) });
      if (!outcome.ok) throw accessRefused(outcome.error);
      return userNamed(access.users(), name);
    },
  );
  for (const [verb, summary, change] of [
    ["disable", "Disable a user; ends the user's sessions and tokens", access.disableUser],
    ["enable", "Enable a user again", access.enableUser],
  ] as const) {
    api.post(
      `/users/:name/${verb}`,
      { config: admin, schema: { summary, body: byInputSchema, ...answers } },
      async ({ body: { by }, caller, params: { name } }) => {
        const outcome = await change({ name, actor: actorName(caller, by) });
        if (!outcome.ok) throw accessRefused(outcome.error);
        return userNamed(access.users(), name);
      },
    );
  }
}

function tokenRoutes(api: Api, { engine: { access }, nowMs }: RouteContext): void {
  api.get(
    "/tokens",
    { config: admin, schema: { summary: "Every token that was issued", response: { 200: tokenListSchema }, tags } },
    () => ({ tokens: access.tokens().map((token) => tokenBody(token, nowMs())) }),
  );
  api.post(
    "/tokens",
    {
      config: admin,
      schema: {
        summary: "Issue a token; its secret is shown this once",
        body: tokenInputSchema,
        response: { 201: issuedTokenSchema },
        tags,
      },
    },
    async ({ body, caller }, reply) => {
      const { areas, by, expires, role, title } = body;
      const owner = body.owner ?? (caller?.by === "session" ? caller.name : undefined);
      if (owner === undefined) {
        throw new HttpProblem(400, {
          code: "invalid",
          path: "owner",
          message: "The body, at owner: nobody is signed in, so say whose token it is to be.",
        });
      }
      const asked = { title, owner, role, ...(areas === undefined ? {} : { areas }) };
      const actor = actorName(caller, by);
      const outcome = await access.issueToken({ ...asked, expiresMs: Date.parse(expires), actor });
      if (!outcome.ok) throw accessRefused(outcome.error);
      return reply.code(201).send({ ...outcome.value, ...asked, ...(areas === undefined ? {} : { areas }), expires });
    },
  );
  api.delete(
    "/tokens/:id",
    {
      config: admin,
      schema: { summary: "Revoke a token", params: byId, response: { 204: z.undefined() }, tags },
    },
    async ({ caller, params: { id } }, reply) => {
      const outcome = await access.revokeToken({ id, actor: actorName(caller, undefined) });
      if (!outcome.ok) throw accessRefused(outcome.error);
      return reply.code(204).send();
    },
  );
}

/** What was asked for can not be, whoever asks and however things stand. */
const INVALID: ReadonlySet<string> = new Set<AccessDenial["code"]>(["weak-password", "invalid-name", "invalid-expiry"]);

export function accessRefused({ code, message }: AccessDenial): HttpProblem {
  return INVALID.has(code) ? new HttpProblem(400, { code, message }) : refused({ code, message });
}

function userNamed(users: readonly UserView[], name: string): z.infer<typeof userSchema> {
  const user = users.find((one) => one.name === name);
  if (user === undefined) throw notFound("user", name);
  return userBody(user);
}

function userBody({ addedAtMs, disabled, name, passwordSetAtMs, role }: UserView): z.infer<typeof userSchema> {
  return { name, role, disabled, added: iso(addedAtMs), passwordSet: iso(passwordSetAtMs) };
}

function tokenBody(
  { areas, expiresMs, id, issuedAtMs, owner, revoked, role, title }: TokenView,
  nowMs: number,
): z.infer<typeof tokenListSchema>["tokens"][number] {
  return {
    id,
    title,
    owner,
    role,
    ...(areas === undefined ? {} : { areas: [...areas] }),
    issued: iso(issuedAtMs),
    expires: iso(expiresMs),
    state: revoked ? "revoked" : expiresMs <= nowMs ? "expired" : "good",
  };
}
