import { useEffect } from "react";
import { runResource, runShape, type RunDetail, type RunStep } from "../api/runbook-resources.js";
import { useDashboard } from "../api/dashboard-context.js";
import { newKey } from "../api/new-key.js";
import { useMay } from "../api/use-session.js";
import { useResource } from "../api/use-resource.js";
import { write } from "../api/write.js";
import { commandWords } from "../layout/command-words.js";
import { ActForm } from "../parts/act-form.js";
import { CopyCommand } from "../parts/copy-command.js";
import { Facts } from "../parts/facts.js";
import { Loaded } from "../parts/loaded.js";
import { Message } from "../parts/message.js";
import { PageTitle } from "../parts/page-title.js";
import { PlanWords } from "../parts/plan-words.js";
import { RunBadge } from "../parts/run-badge.js";
import { Section } from "../parts/section.js";
import { TimeText } from "../parts/time-text.js";
import { Link } from "../router/link.js";

const LOOK_EVERY_MS = 2_000;

/** One run: how it stands, what it needs from a person, and what each step did and saw. */
export function RunView({ id }: { readonly id: string }) {
  const { store } = useDashboard();
  const resource = runResource(id);
  const run = useResource(resource);
  const over = run.data?.over === true;
  useEffect(() => {
    if (over) return;
    // A step takes a second; the event stream tells of evaluations and incidents.
    const timer = setInterval(() => {
      if (!document.hidden) store.reload(runResource(id));
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [store, id, over]);
  return (
    <>
      <PageTitle
        path={[{ to: { view: "runbooks" }, name: "Runbooks" }]}
        title={run.data?.title ?? id}
        badge={run.data !== undefined && <RunBadge status={run.data.status} />}
      >
        <p className="quiet">{id}</p>
      </PageTitle>
      <Loaded of={run} what={`the run ${id}`}>
        {(detail) => <RunPage run={detail} onWritten={() => store.reload(resource)} />}
      </Loaded>
    </>
  );
}

type RunPageProps = { readonly run: RunDetail; readonly onWritten: () => void };

function RunPage({ run, onWritten }: RunPageProps) {
  return (
    <>
      {run.waitsFor !== undefined && (
        <Message tone="warning" title="It needs somebody">
          <p>It waits for {run.waitsFor}</p>
        </Message>
      )}
      <Asked run={run} onWritten={onWritten} />
      <Section title="Steps" note={run.health === undefined ? undefined : `It stops as soon as ${run.health}.`}>
        <ol className="timeline run-steps">
          {run.steps.map((step) => (
            <StepItem key={step.id} step={step} />
          ))}
        </ol>
      </Section>
      <Section title="At a glance">
        <Facts facts={glance(run)} />
      </Section>
      <Controls run={run} onWritten={onWritten} />
      <CopyCommand command={commandWords("runbook", "status", run.id)} />
    </>
  );
}

function StepItem({ step: { attempts, does, id, risk, status, title, undo, words } }: { readonly step: RunStep }) {
  return (
    <li data-status={status}>
      <RunBadge status={status} />
      <div>
        <p className="timeline-text">
          <strong>{title}</strong>
          {words !== "" && `\n${words}`}
        </p>
        <p className="quiet timeline-text">
          {id} · {risk} · {does}
          {attempts > 1 && ` · tried ${attempts} times`}
          {undo === undefined ? "" : ` · undo: ${undo}`}
        </p>
      </div>
    </li>
  );
}

function glance(run: RunDetail) {
  const { approvals, endedAt, incidentId, reason, requestedAt, requestedBy, runbookId, words } = run;
  return [
    { name: "Runbook", value: <Link to={{ view: "runbook", id: runbookId }}>{runbookId}</Link> },
    ...(incidentId === undefined
      ? []
      : [{ name: "For", value: <Link to={{ view: "incident", id: incidentId }}>{incidentId}</Link> }]),
    { name: "Asked for by", value: requestedBy, note: <TimeText at={requestedAt} /> },
    { name: "Because", value: reason },
    ...approvals.map(({ approvalId, at, by }) => ({
      name: "Approved",
      value: `${approvalId} by ${by}`,
      note: <TimeText at={at} />,
    })),
    ...(endedAt === undefined ? [] : [{ name: "Ended", value: words, note: <TimeText at={endedAt} /> }]),
  ];
}

function tell(run: RunDetail, verb: string, body: object) {
  const path = `/runbook-runs/${encodeURIComponent(run.id)}/${verb}`;
  return write("POST", path, body, { check: runShape, idempotencyKey: newKey() });
}

/** What the run waits for: an approval with its plan, or a person's word. */
function Asked({ run, onWritten }: RunPageProps) {
  const mayApprove = useMay("approver");
  const mayReport = useMay("responder");
  const { asksFor, hold } = run;
  if (hold?.kind === "approval") {
    return (
      <Section title="Approval" note="For exactly this plan, and for an hour.">
        <PlanWords label="The plan to approve" words={run.planWords} />
        {mayApprove ? (
          <ActForm label="Approval" send={() => tell(run, "approve", { planHash: run.planHash })} onDone={onWritten}>
            <button type="submit">Approve {hold.approvalIds?.join(", ")}</button>
          </ActForm>
        ) : (
          <p className="quiet">
            Somebody who signed in with the role approver, other than {run.requestedBy}, can approve it.
          </p>
        )}
      </Section>
    );
  }
  if (asksFor === undefined) return null;
  return (
    <Section title="To be done by hand">
      <p className="timeline-text">{asksFor.instruction}</p>
      {mayReport ? (
        <ActForm
          label="Report"
          send={(fields) =>
            tell(run, "report", { succeeded: fields.get("verb") === "worked", note: fields.get("note") })
          }
          onDone={onWritten}
        >
          <label className="field">
            What was done and seen
            <textarea name="note" required maxLength={10_000} rows={3} />
          </label>
          <div className="buttons">
            <button type="submit" name="verb" value="worked">
              It worked
            </button>
            <button type="submit" name="verb" value="failed">
              It did not work
            </button>
          </div>
        </ActForm>
      ) : (
        <p className="quiet">Somebody who signed in with the role responder can say how it went.</p>
      )}
    </Section>
  );
}

const VERBS = { pause: "Pause", resume: "Go on", cancel: "Cancel" } as const;

function Controls({ run, onWritten }: RunPageProps) {
  const may = useMay("responder");
  const verbs = (["pause", "resume", "cancel"] as const).filter((verb) => run.allowed.includes(verb));
  if (!may || verbs.length === 0) return null;
  const send = (fields: ReadonlyMap<string, string>) => {
    const verb = fields.get("verb") ?? "";
    const undo = verb === "cancel" ? { undo: fields.get("undo") === "on" } : {};
    return tell(run, verb, { reason: fields.get("reason"), ...undo });
  };
  return (
    <Section title="Steer it">
      <ActForm
        label="Steer it"
        send={send}
        onDone={(form) => {
          form.reset();
          onWritten();
        }}
      >
        <label className="field">
          Why
          <input name="reason" required maxLength={2000} />
        </label>
        {verbs.includes("cancel") && (
          <label className="check">
            <input type="checkbox" name="undo" /> When cancelled, take back what was done
          </label>
        )}
        <div className="buttons">
          {verbs.map((verb) => (
            <button key={verb} type="submit" name="verb" value={verb}>
              {VERBS[verb]}
            </button>
          ))}
        </div>
      </ActForm>
    </Section>
  );
}
