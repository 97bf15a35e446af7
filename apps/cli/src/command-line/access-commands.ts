import type { Area, Role } from "@plimsoll/core";
import type { CommandSpec } from "./command.js";
import { expecting, key, reading, writing } from "./shared-options.js";

// Written out: help must come at once, and core is large.
const ROLES = ["viewer", "responder", "approver", "admin"] as const satisfies readonly Role[];
const AREAS = [
  "alerts",
  "incidents",
  "decisions",
  "on-call",
  "runbooks",
  "silences",
  "access",
] as const satisfies readonly Area[];

const userName = { name: "name", required: true, summary: "the user" };
const keyed = [key, ...writing];
const changing = [expecting("the user", "user list --output json"), ...keyed];
const password =
  "The password is asked for, or read as a line from standard input: never an argument, which other users could read.";

const USER_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["user", "list"],
    summary: "everybody who may sign in",
    arguments: [],
    options: reading,
    examples: ["plimsoll user list"],
    load: async () => (await import("../commands/access-user.js")).list,
  },
  {
    path: ["user", "add"],
    summary: "let somebody sign in",
    details: password,
    arguments: [{ ...userName, summary: "lower-case letters, digits, dots, dashes, underscores" }],
    options: [{ name: "role", value: "role", choices: ROLES, summary: "what they may do (viewer)" }, ...keyed],
    examples: ["plimsoll user add ana --role approver", "plimsoll user add ana --role approver < password.txt"],
    load: async () => (await import("../commands/access-user.js")).add,
  },
  {
    path: ["user", "role"],
    summary: "change what somebody may do",
    arguments: [userName, { name: "role", required: true, choices: ROLES, summary: ROLES.join(", ") }],
    options: changing,
    examples: ["plimsoll user role ana admin"],
    load: async () => (await import("../commands/access-user.js")).role,
  },
  {
    path: ["user", "disable"],
    summary: "let somebody in no longer; sessions and tokens end at once",
    arguments: [userName],
    options: changing,
    examples: ["plimsoll user disable ana"],
    load: async () => (await import("../commands/access-user.js")).disable,
  },
  {
    path: ["user", "enable"],
    summary: "let somebody in again who was disabled",
    arguments: [userName],
    options: changing,
    examples: ["plimsoll user enable ana"],
    load: async () => (await import("../commands/access-user.js")).enable,
  },
  {
    path: ["user", "password"],
    summary: "set somebody's password; their sessions end",
    details: password,
    arguments: [userName],
    options: changing,
    examples: ["plimsoll user password ana"],
    load: async () => (await import("../commands/access-user.js")).password,
  },
];

const TOKEN_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["token", "list"],
    summary: "every token that was issued",
    arguments: [],
    options: reading,
    examples: ["plimsoll token list"],
    load: async () => (await import("../commands/access-token.js")).list,
  },
  {
    path: ["token", "issue"],
    summary: "make a token; its secret is shown this once, alone on standard output",
    details:
      "With --key a repetition makes no second token. It says that the secret was shown once, and ends with exit code 1.",
    arguments: [{ name: "title", required: true, summary: "what it is for" }],
    options: [
      { name: "owner", value: "name", summary: "the user whose it is; it can do no more than they" },
      { name: "role", value: "role", choices: ROLES, summary: "what it may do" },
      { name: "area", value: "area", choices: AREAS, repeatable: true, summary: "write only there; may be repeated" },
      { name: "for", value: "duration", summary: "how long, from now, such as 90d; at most 366d" },
      { name: "until", value: "instant", summary: "ISO 8601, instead of --for" },
      ...keyed,
    ],
    examples: ["plimsoll token issue alertmanager --owner ana --role responder --area alerts --for 90d > token.txt"],
    load: async () => (await import("../commands/access-token.js")).issue,
  },
  {
    path: ["token", "revoke"],
    summary: "make a token worthless, at once",
    arguments: [{ name: "id", required: true, summary: "the token" }],
    options: [expecting("the token", "token list --output json"), ...writing.filter(({ name }) => name !== "by")],
    examples: ["plimsoll token revoke 01KAMQ3V5T8W2Z9X4C6B7N1M0P"],
    load: async () => (await import("../commands/access-token.js")).revoke,
  },
];

const AUDIT_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["audit", "list"],
    summary: "what people and programs did, oldest first",
    arguments: [],
    options: [
      { name: "after", value: "number", summary: "go on after this entry (0)" },
      { name: "limit", value: "number", summary: "how many at most, up to 1000 (100)" },
      ...reading,
    ],
    examples: ["plimsoll audit list --after 100"],
    load: async () => (await import("../commands/audit.js")).list,
  },
  {
    path: ["audit", "verify"],
    summary: "walk the hash chain; exit code 0 whole, 1 broken",
    arguments: [],
    options: reading,
    examples: ["plimsoll audit verify"],
    load: async () => (await import("../commands/audit.js")).verify,
  },
];

/** Who may do what, and what was done. */
export const ACCESS_COMMANDS: readonly CommandSpec[] = [...USER_COMMANDS, ...TOKEN_COMMANDS, ...AUDIT_COMMANDS];
