import { runbooksResource, runsResource, type RunbookSummary } from "../api/runbook-resources.js";
import { useResource } from "../api/use-resource.js";
import { commandWords } from "../layout/command-words.js";
import { AutomationPanel } from "../parts/automation-panel.js";
import { CopyCommand } from "../parts/copy-command.js";
import { Icon } from "../parts/icon.js";
import { Loaded } from "../parts/loaded.js";
import { PageTitle } from "../parts/page-title.js";
import { RunList } from "../parts/run-list.js";
import { Section } from "../parts/section.js";
import { TimeText } from "../parts/time-text.js";
import { Link } from "../router/link.js";
import { useLocation } from "../router/router-context.js";

/** What there is to run, what would let it down, and what was run. */
export function RunbooksView() {
  const runbooks = useResource(runbooksResource);
  const runs = useResource(runsResource());
  return (
    <>
      <PageTitle path={[]} title="Runbooks" />
      <Loaded of={runbooks} what="the runbooks">
        {(list) =>
          list.runbooks.length === 0 ? (
            <p className="empty-line">There are no runbooks. Name their folder under runbooks in plimsoll.yaml.</p>
          ) : (
            <ul className="rows" aria-label="Runbooks">
              {list.runbooks.map((runbook) => (
                <RunbookRow key={runbook.id} runbook={runbook} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <AutomationPanel />
      <Loaded of={runs} what="the runs">
        {(list) => (
          <Section title="Runs" note={list.total > list.runs.length ? `The newest of ${list.total}.` : undefined}>
            {list.runs.length === 0 ? (
              <p className="quiet">Nothing was run yet.</p>
            ) : (
              <RunList runs={list.runs} label="Runs" />
            )}
          </Section>
        )}
      </Loaded>
      <CopyCommand command={commandWords("runbook", "runs")} />
    </>
  );
}

const LEVELS = ["tribal", "documented", "scripted", "run by the engine", "started by the engine"];

function RunbookRow({ runbook }: { readonly runbook: RunbookSummary }) {
  const { findings, id, lastRehearsedAt, level, owner, symptoms, title } = runbook;
  const incident = useLocation().query.get("incident");
  return (
    <li className="row runbook-row">
      <div>
        <Link
          to={{ view: "runbook", id }}
          query={incident === null ? "" : `?incident=${encodeURIComponent(incident)}`}
          className="row-link"
          data-row=""
        >
          {title}
        </Link>
        <p className="quiet">
          {id} · for {symptoms.join(", ") || "no symptom"}
        </p>
        <Findings findings={findings} />
      </div>
      <p className="quiet">
        Level {level}, {LEVELS[level]}
        <br />
        {owner ?? "nobody's"} · rehearsed {lastRehearsedAt === undefined ? "never" : <TimeText at={lastRehearsedAt} />}
      </p>
    </li>
  );
}

/** What would let a runbook down when it is needed. */
export function Findings({ findings }: { readonly findings: RunbookSummary["findings"] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="findings" aria-label="Findings">
      {findings.map(({ code, message }) => (
        <li key={message}>
          <Icon name="ticket" />
          <span>
            <span className="visually-hidden">{code}: </span>
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
