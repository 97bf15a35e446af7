import { AREAS, ROLES } from "@plimsoll/core";
import { z } from "zod";
import { instant } from "./slo-schemas.js";
import { expectedVersion, nameOfAuthor, version } from "./written-by.js";

export const roleSchema = z.enum(ROLES).describe("each role may do what the ones before it may");
export const areaSchema = z.enum(AREAS);

// Whether a name is well formed, and a password strong enough, the engine says; here is only what bounds the effort.
const userName = z.string().min(1).max(63);
const password = z.string().min(1).max(256);

export const signInInputSchema = z.strictObject({ name: userName, password });

export const signInLinkInputSchema = z.strictObject({
  secret: z.string().min(1).max(200).describe("what stands behind the # of the link"),
  name: userName,
  password,
});

export const ownPasswordInputSchema = z.strictObject({ current: password, password });

/** What a page gets once somebody signed in, beside the cookie. */
export const openedSessionSchema = z.object({
  name: z.string(),
  role: roleSchema,
  csrf: z.string().describe("given this once; every write of the session sends it as X-Plimsoll-Csrf"),
  expires: instant,
});
export type OpenedSessionBody = z.infer<typeof openedSessionSchema>;

export const sessionSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("signed-out"),
    readsOpen: z.boolean().describe("whether reading needs nobody to sign in"),
    hasUsers: z.boolean().describe("false until the sign-in link of the first start was followed"),
  }),
  z.object({
    state: z.literal("signed-in"),
    name: z.string(),
    role: roleSchema,
    by: z.enum(["session", "token"]),
  }),
]);
export type SessionBody = z.infer<typeof sessionSchema>;

export const userSchema = z.object({
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  version,
  added: instant,
  passwordSet: instant,
});
export const userListSchema = z.object({ users: z.array(userSchema) });

const writer = { by: nameOfAuthor.optional().describe("who decides, when a program writes for somebody") };
export const userInputSchema = z.strictObject({ name: userName, role: roleSchema, password, ...writer });
const changer = { ...writer, expectedVersion };
export const roleInputSchema = z.strictObject({ role: roleSchema, ...changer });
export const passwordInputSchema = z.strictObject({ password, ...changer });
export const byInputSchema = z.strictObject(changer);

export const tokenSchema = z.object({
  id: z.string(),
  title: z.string(),
  owner: z.string(),
  role: roleSchema,
  areas: z.array(areaSchema).optional().describe("where it may write; absent: everywhere"),
  issued: instant,
  expires: instant,
  state: z.enum(["good", "expired", "revoked"]),
  version,
});
export const tokenListSchema = z.object({ tokens: z.array(tokenSchema) });
export const tokenInputSchema = z.strictObject({
  title: nameOfAuthor.max(100),
  owner: userName.optional().describe("whose token it is; who asks, when somebody signed in does"),
  role: roleSchema,
  areas: z.array(areaSchema).min(1).max(AREAS.length).optional(),
  expires: instant,
  ...writer,
});
export const issuedTokenSchema = z.object({
  id: z.string(),
  title: z.string(),
  owner: z.string(),
  role: roleSchema,
  areas: z.array(areaSchema).optional(),
  expires: instant,
  secret: z.string().describe("given this once; only its hash is kept"),
});
/** The same request as before: nothing was issued, and nobody knows the secret but whoever got the first answer. */
export const repeatedTokenSchema = tokenSchema.extend({
  repeated: z.literal(true),
  message: z.string().describe("that the secret was shown once, and what to do without it"),
});

export const auditQuerySchema = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe("the number to go on after"),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const auditEntrySchema = z.object({
  number: z.number(),
  at: instant,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  details: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
});
export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  next: z.number().optional().describe("give it as after for the next page; absent on the last"),
});
export const auditVerdictSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("intact"), entries: z.number() }),
  z.object({ kind: z.literal("broken"), atNumber: z.number(), reason: z.string() }),
]);
