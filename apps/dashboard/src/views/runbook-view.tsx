import { useState } from "react";
import {
  previewShape,
  runbookResource,
  runShape,
  runsResource,
  type RunbookDetail,
  type RunbookPreviewBody,
  type RunDetail,
} from "../api/runbook-resources.js";
import { usePost } from "../api/use-post.js";
import { useMay } from "../api/use-session.js";
import { useResource } from "../api/use-resource.js";
import { write } from "../api/write.js";
import { commandWords } from "../layout/command-words.js";
import { ActForm } from "../parts/act-form.js";
import { CopyCommand } from "../parts/copy-command.js";
import { Facts } from "../parts/facts.js";
import { Loaded } from "../parts/loaded.js";
import { PageTitle } from "../parts/page-title.js";
import { PlanWords } from "../parts/plan-words.js";
import { RunList } from "../parts/run-list.js";
import { Section } from "../parts/section.js";
import { TimeText } from "../parts/time-text.js";
import { useLocation, useRouter } from "../router/router-context.js";
import { routePath } from "../router/route.js";
import { Findings } from "./runbooks-view.js";

/** One runbook: what it is for, what it would do, and the start of a run. */
export function RunbookView({ id }: { readonly id: string }) {
  const runbook = useResource(runbookResource(id));
  const runs = useResource(runsResource({ runbook: id })).data?.runs ?? [];
  return (
    <>
      <PageTitle path={[{ to: { view: "runbooks" }, name: "Runbooks" }]} title={runbook.data?.title ?? id}>
        <p className="quiet">{id}</p>
      </PageTitle>
      <Loaded of={runbook} what={`the runbook ${id}`}>
        {(detail) => (
          <>
            <Findings findings={detail.findings} />
            <div className="two">
              <Section title="At a glance">
                <Facts facts={glance(detail)} />
              </Section>
              <Section title="Steps">
                <ol className="plain-steps">
                  {detail.steps.map((step) => (
                    <li key={step.id}>
                      {step.title}{" "}
                      <span className="quiet">
                        {step.id}, {step.risk}
                        {step.approval ? ", needs approval" : ""}
                      </span>
                    </li>
                  ))}
                </ol>
              </Section>
            </div>
            <StartSection runbook={detail} />
          </>
        )}
      </Loaded>
      <Section title="Runs">
        {runs.length === 0 ? <p className="quiet">It was not run yet.</p> : <RunList runs={runs} label="Runs" />}
      </Section>
      <CopyCommand command={commandWords("runbook", "run", id, "--dry-run")} />
    </>
  );
}

function glance({ health, lastRehearsedAt, level, links, owner, symptoms }: RunbookDetail) {
  return [
    { name: "Level", value: String(level) },
    { name: "Owner", value: owner ?? "nobody" },
    { name: "Symptoms", value: symptoms.join(", ") || "none" },
    { name: "Rehearsed", value: lastRehearsedAt === undefined ? "never" : <TimeText at={lastRehearsedAt} /> },
    { name: "Stops as soon as", value: health ?? "its last step is done" },
    ...links.map(({ title, url }) => ({
      name: "Link",
      // Whoever wrote the runbook chose the address; anything but a page is shown and not followed.
      value: /^https?:\/\//.test(url) ? (
        <a href={url} rel="noreferrer noopener">
          {title}
        </a>
      ) : (
        `${title}: ${url}`
      ),
    })),
  ];
}

/** Sends what the form of a runbook holds: to see what a run would do, or to start it. */
function useStart(runbook: RunbookDetail, onPreview: (preview: RunbookPreviewBody) => void) {
  const router = useRouter();
  const post = usePost();
  return async (fields: ReadonlyMap<string, string>) => {
    const given = runbook.parameters.map(({ name }) => [name, fields.get(`parameter ${name}`) ?? ""] as const);
    const parameters = Object.fromEntries(given.filter(([, value]) => value !== ""));
    const path = `/runbooks/${encodeURIComponent(runbook.id)}`;
    if (fields.get("verb") === "preview") {
      const shown = await write<RunbookPreviewBody>("POST", `${path}/preview`, { parameters }, { check: previewShape });
      if (shown.ok) onPreview(shown.value);
      return shown;
    }
    const incidentId = fields.get("incident") ?? "";
    const body = { parameters, reason: fields.get("reason"), ...(incidentId === "" ? {} : { incidentId }) };
    const written = await post<RunDetail>(`${path}/runs`, body, { check: runShape });
    if (written.ok) router.navigate(routePath({ view: "runbook-run", id: written.value.id }));
    return written;
  };
}

function StartSection({ runbook }: { readonly runbook: RunbookDetail }) {
  const [preview, setPreview] = useState<RunbookPreviewBody>();
  const send = useStart(runbook, setPreview);
  if (!useMay("responder")) {
    return (
      <Section title="Run it">
        <p className="quiet">Somebody who signed in with the role responder can run it.</p>
      </Section>
    );
  }
  return (
    <Section title="Run it" note="It runs in your name; somebody else approves what needs approval.">
      <ActForm label="Run it" send={send}>
        <StartFields runbook={runbook} />
        <div className="buttons">
          <button type="submit" name="verb" value="preview" formNoValidate>
            Show what it would do
          </button>
          <button type="submit" name="verb" value="run">
            Run it
          </button>
        </div>
      </ActForm>
      {preview !== undefined && (
        <PlanWords
          label="What it would do"
          words={[
            ...preview.words,
            ...preview.preparations.map(({ kind, stepId, words }) => `${stepId} now: ${kind}, ${words}`),
          ]}
        />
      )}
    </Section>
  );
}

function StartFields({ runbook }: { readonly runbook: RunbookDetail }) {
  const incident = useLocation().query.get("incident") ?? "";
  return (
    <>
      {runbook.parameters.map(({ default: standard, description, name }) => (
        <label key={name} className="field">
          {name}: {description}
          <input name={`parameter ${name}`} placeholder={standard ?? ""} maxLength={2000} />
        </label>
      ))}
      <label className="field">
        Why
        <input name="reason" required maxLength={2000} />
      </label>
      <label className="field">
        For the incident
        <input name="incident" defaultValue={incident} placeholder="none" maxLength={100} />
      </label>
    </>
  );
}
