import type { Role } from "@plimsoll/core";
import type { OutgoingHttpHeaders } from "node:http";
import { openedSessionSchema } from "../api.js";
import type { Answer, MemoryService } from "./memory-service.js";

/** A password that the engine takes. */
export const PASSWORD = "correct horse battery";

/** Posts JSON as a program does. */
export function postTo(
  service: MemoryService,
  path: string,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): Promise<Answer> {
  return service.ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** The first cookie that an answer sets, attributes and all. */
export function cookieOf({ headers }: Answer): string {
  return [headers["set-cookie"] ?? []].flat()[0] ?? "";
}

/** What a signed-in page has: its cookie, its second secret, and both as the headers of a write. */
export type SignedIn = {
  readonly answer: Answer;
  readonly cookie: string;
  readonly csrf: string;
  readonly headers: OutgoingHttpHeaders;
};

/** Signs somebody in; somebody new is added with the role first. */
export async function signInAs(service: MemoryService, name: string, role: Role = "admin"): Promise<SignedIn> {
  const { access } = service.engine;
  if (!access.users().some((user) => user.name === name)) {
    const added = await access.addUser({ name, role, password: PASSWORD, actor: "test" });
    if (!added.ok) throw new Error(added.error.message);
  }
  const answer = await postTo(service, "/api/v1/sign-in", { name, password: PASSWORD });
  const { csrf } = openedSessionSchema.parse(answer.json());
  const cookie = cookieOf(answer).split(";")[0] ?? "";
  return { answer, cookie, csrf, headers: { cookie, "x-plimsoll-csrf": csrf } };
}
