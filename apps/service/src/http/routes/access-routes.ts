import type { AccessDenial, Plimsoll, Result, SeenVersion, TokenView, UserView } from "@plimsoll/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import {
  byInputSchema,
  issuedTokenSchema,
  passwordInputSchema,
  repeatedTokenSchema,
  roleInputSchema,
  tokenInputSchema,
  tokenListSchema,
  tokenSchema,
  userInputSchema,
  userListSchema,
  userSchema,
} from "../../api.js";
import { iso } from "../../present/slo-body.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import {
  changeHeaders,
  expectedVersionOf,
  mismatched,
  seenBy,
  versionHeaders,
  versionTag,
} from "../expected-version.js";
import { idempotencyCause, idempotencyHeaders, idOfCause } from "../idempotency-key.js";
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
      schema: {
        summary: "Add a user",
        headers: idempotencyHeaders,
        body: userInputSchema,
        response: { 201: userSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { by, ...asked } = request.body;
      const outcome = await access.addUser({ ...asked, actor: actorName(request.caller, by), ...causeOf(request) });
      if (!outcome.ok) throw accessRefused(outcome.error);
      return reply.code(201).send(shownUser(access.users(), asked.name, reply));
    },
  );
  api.get(
    "/users/:name",
    {
      config: admin,
      schema: { summary: "Somebody who may sign in", params: byName, response: { 200: userSchema }, tags },
    },
    ({ params: { name } }, reply) => shownUser(access.users(), name, reply),
  );
}

function userChangeRoutes(api: Api, { engine: { access } }: RouteContext): void {
  const answers = { params: byName, headers: changeHeaders, response: { 200: userSchema }, tags };
  api.post(
    "/users/:name/role",
    { config: admin, schema: { summary: "Change a user's role", body: roleInputSchema, ...answers } },
    async (request, reply) => {
      const { params, body } = request;
      return change(request, reply, (asked) => access.changeRole({ ...params, role: body.role, ...asked }));
    },
  );
  api.post(
    "/users/:name/password",
    {
      config: admin,
      schema: { summary: "Set a user's password; ends the user's sessions", body: passwordInputSchema, ...answers },
    },
    async (request, reply) => {
      const { params, body } = request;
      return change(request, reply, (asked) => access.setPassword({ ...params, password: body.password, ...asked }));
    },
  );
  for (const [verb, summary, write] of [
    ["disable", "Disable a user; ends the user's sessions and tokens", access.disableUser],
    ["enable", "Enable a user again", access.enableUser],
  ] as const) {
    api.post(
      `/users/:name/${verb}`,
      { config: admin, schema: { summary, body: byInputSchema, ...answers } },
      async (request, reply) => change(request, reply, (asked) => write({ ...request.params, ...asked })),
    );
  }

  /** Lets a user be changed once for a key, at the version that was seen; answers the user as it is then. */
  async function change(
    request: Pick<FastifyRequest, "caller" | "headers"> & {
      readonly params: z.infer<typeof byName>;
      readonly body: z.infer<typeof byInputSchema>;
    },
    reply: FastifyReply,
    write: (
      asked: SeenVersion & { readonly actor: string; readonly causeId?: string },
    ) => Promise<Result<void, AccessDenial>>,
  ) {
    const expected = expectedVersionOf(request, request.body.expectedVersion);
    const actor = actorName(request.caller, request.body.by);
    const outcome = await write({ actor, ...causeOf(request), ...seenBy(expected) });
    if (!outcome.ok) throw mismatched(outcome.error, expected) ?? accessRefused(outcome.error);
    return shownUser(access.users(), request.params.name, reply);
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
        summary: "Issue a token; its secret is shown this once, so that a repetition is answered without it",
        headers: idempotencyHeaders,
        body: tokenInputSchema,
        response: { 200: repeatedTokenSchema, 201: issuedTokenSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { body, caller } = request;
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
      const cause = idempotencyCause(request);
      const outcome = await access.issueToken({
        ...asked,
        expiresMs: Date.parse(expires),
        actor,
        ...(cause === undefined ? {} : { id: idOfCause(cause) }),
      });
      if (!outcome.ok) throw accessRefused(outcome.error);
      if (outcome.value.kind === "repeated") return reply.code(200).send(repeatedBody(outcome.value.token, nowMs()));
      const { id, secret } = outcome.value;
      return reply.code(201).send({ id, secret, ...asked, expires });
    },
  );
  tokenRoutesById(api, access, nowMs);
}

function tokenRoutesById(api: Api, access: Plimsoll["access"], nowMs: () => number): void {
  api.get(
    "/tokens/:id",
    {
      config: admin,
      schema: { summary: "A token that was issued", params: byId, response: { 200: tokenSchema }, tags },
    },
    ({ params: { id } }, reply) => {
      const token = access.tokens().find((one) => one.id === id);
      if (token === undefined) throw notFound("token", id);
      void reply.header("etag", versionTag(token.version));
      return tokenBody(token, nowMs());
    },
  );
  api.delete(
    "/tokens/:id",
    {
      config: admin,
      schema: {
        summary: "Revoke a token",
        params: byId,
        headers: versionHeaders,
        response: { 204: z.undefined() },
        tags,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const expected = expectedVersionOf(request, undefined);
      const actor = actorName(request.caller, undefined);
      const outcome = await access.revokeToken({ id, actor, ...seenBy(expected) });
      if (!outcome.ok) throw mismatched(outcome.error, expected) ?? accessRefused(outcome.error);
      return reply.code(204).send();
    },
  );
}

/** The request's key, where it has one. */
function causeOf(request: Pick<FastifyRequest, "caller" | "headers">): { readonly causeId?: string } {
  const causeId = idempotencyCause(request);
  return causeId === undefined ? {} : { causeId };
}

/** What was asked for can not be, whoever asks and however things stand. */
const INVALID: ReadonlySet<string> = new Set<AccessDenial["code"]>(["weak-password", "invalid-name", "invalid-expiry"]);

export function accessRefused({ code, message }: AccessDenial): HttpProblem {
  return INVALID.has(code) ? new HttpProblem(400, { code, message }) : refused({ code, message });
}

function shownUser(users: readonly UserView[], name: string, reply: FastifyReply): z.infer<typeof userSchema> {
  const user = users.find((one) => one.name === name);
  if (user === undefined) throw notFound("user", name);
  void reply.header("etag", versionTag(user.version));
  return userBody(user);
}

function userBody({ addedAtMs, disabled, name, passwordSetAtMs, role, version }: UserView): z.infer<typeof userSchema> {
  return { name, role, disabled, version, added: iso(addedAtMs), passwordSet: iso(passwordSetAtMs) };
}

function tokenBody(
  { areas, expiresMs, id, issuedAtMs, owner, revoked, role, title, version }: TokenView,
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
    version,
  };
}

function repeatedBody(token: TokenView, nowMs: number): z.infer<typeof repeatedTokenSchema> {
  const message = `This key issued the token ${token.id} before. Its secret was shown that once, and only its hash is kept. Who has no copy of it revokes the token and issues a new one, with a new key.`;
  return { ...tokenBody(token, nowMs), repeated: true, message };
}
