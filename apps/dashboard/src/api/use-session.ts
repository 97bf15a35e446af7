import type { Role, SessionBody } from "./answers.js";
import { sessionResource } from "./resources.js";
import { useResource } from "./use-resource.js";

const ROLES: readonly Role[] = ["viewer", "responder", "approver", "admin"];

/** Who is signed in, or that nobody is; undefined until the service has said so. */
export function useSession(): SessionBody | undefined {
  return useResource(sessionResource).data;
}

/** Whether who is signed in has a role, or one that includes it: what a button is shown for. The service decides. */
export function useMay(needed: Role): boolean {
  const session = useSession();
  return session?.state === "signed-in" && ROLES.indexOf(session.role) >= ROLES.indexOf(needed);
}
