import { useState } from "react";
import { csrfSecret } from "../api/csrf-secret.js";
import { signOut } from "../api/sign-in.js";
import { useSession } from "../api/use-session.js";
import { Link } from "../router/link.js";
import { useLocation } from "../router/router-context.js";

/** Who is signed in, and the way out; or the way in. */
export function SessionMenu() {
  const session = useSession();
  const { path, query } = useLocation();
  const [failed, setFailed] = useState(false);
  if (session === undefined) return null;
  // A session whose second secret this browser has lost reads, and writes nothing.
  const half = session.state === "signed-in" && session.by === "session" && csrfSecret.read() === undefined;
  if (session.state === "signed-out" || half) {
    const here = query.size === 0 ? path : `${path}?${query.toString()}`;
    return (
      <Link to={{ view: "sign-in" }} query={`?to=${encodeURIComponent(here)}`} className="sign-in-link">
        {half ? "Sign in again" : "Sign in"}
      </Link>
    );
  }
  const leave = async () => {
    if ((await signOut()) !== undefined) return setFailed(true);
    // A new page: nothing of what was read for somebody stays in this one.
    window.location.assign("/");
  };
  return (
    <span className="session">
      <span className="session-name" title={`${session.name}, ${session.role}`}>
        {session.name}
      </span>
      <button type="button" onClick={() => void leave()}>
        {failed ? "Sign out: try again" : "Sign out"}
      </button>
    </span>
  );
}
