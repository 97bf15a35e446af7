import type { ReactNode } from "react";
import { useDashboard } from "../api/dashboard-context.js";
import type { Snapshot } from "../api/resource-store.js";
import { useLive } from "../api/use-resource.js";
import { formatClock } from "../format/instant.js";
import { Message } from "./message.js";

type LoadedProps<Answer> = {
  readonly of: Snapshot<Answer>;
  /** What is loaded, as in "Could not read the incidents". */
  readonly what: string;
  readonly children: (answer: Answer) => ReactNode;
};

/** Shows an answer once it is there; what failed is said, and what is old is called old. */
export function Loaded<Answer>({ of, what, children }: LoadedProps<Answer>) {
  const { clock, store } = useDashboard();
  const { status } = useLive();
  const { data, failure, readAtMs } = of;
  // While the whole connection is lost one banner says so, and not every part of the page.
  const said = failure !== undefined && !(failure.kind === "unreachable" && status === "lost" && data !== undefined);
  return (
    <>
      {said && (
        <Message
          tone="error"
          title={
            data === undefined
              ? `Could not read ${what}`
              : `Could not refresh ${what}: this is of ${formatClock(clock.nowMs(readAtMs))}`
          }
          action={
            <button type="button" onClick={() => store.refresh("all")}>
              Try again
            </button>
          }
        >
          <p>{failure.message}</p>
        </Message>
      )}
      {data === undefined && failure === undefined && <p className="loading quiet">Reading {what} …</p>}
      {data !== undefined && children(data)}
    </>
  );
}
