import type { OverrideList as Overrides } from "../api/answers.js";
import { TimeText } from "./time-text.js";

/** Who lets what pass, why, and until when. */
export function OverrideList({ overrides }: { readonly overrides: Overrides["overrides"] }) {
  return (
    <ul className="rows plain-rows">
      {overrides.map(({ author, expires, id, reason, risks, services }) => (
        <li className="row" key={id}>
          <p>
            <strong>{risks.join(", ")}</strong> for {services === "all" ? "every service" : services.join(", ")} until{" "}
            <TimeText at={expires} />
          </p>
          <p className="quiet">
            {reason} ({author})
          </p>
        </li>
      ))}
    </ul>
  );
}
