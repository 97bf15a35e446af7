import { useState } from "react";
import type { IncidentDetail, PostmortemBody } from "../api/answers.js";
import { postmortemResource } from "../api/resources.js";
import { useIncidentWrite } from "../api/use-incident-write.js";
import { useResource } from "../api/use-resource.js";
import { useSession } from "../api/use-session.js";
import { barredFrom } from "../layout/incident-actions.js";
import { isOpen } from "../layout/incident-order.js";
import { ActionForm } from "./action-form.js";
import { CopyButton } from "./copy-button.js";
import { Loaded } from "./loaded.js";
import { Markdown } from "./markdown.js";
import { TimeText } from "./time-text.js";

type Section = PostmortemBody["sections"][number];

/** The postmortem in its sections: as generated, or as somebody wrote them, in place. */
export function IncidentPostmortem({ incident }: { readonly incident: IncidentDetail }) {
  const document = useResource(postmortemResource(incident.id));
  return (
    <Loaded of={document} what="the postmortem">
      {(postmortem) => (
        <>
          <Review incident={incident} review={postmortem.review} />
          {incident.postmortem !== undefined && <CopyButton text={incident.postmortem}>Copy the Markdown</CopyButton>}
          <div className="postmortem">
            {postmortem.sections.map((section) => (
              <SectionPart key={section.id} id={incident.id} section={section} version={postmortem.version} />
            ))}
          </div>
        </>
      )}
    </Loaded>
  );
}

const REVIEW_WORDS = { draft: "A draft", "in-review": "In review, asked for by", approved: "Approved by" } as const;

function Review({
  incident,
  review,
}: {
  readonly incident: IncidentDetail;
  readonly review: PostmortemBody["review"];
}) {
  const session = useSession();
  const { ask, busy, problem } = useIncidentWrite();
  const open = isOpen(incident) ? `It is ${incident.status}: it is reviewed once it is resolved.` : undefined;
  const path = `/incidents/${encodeURIComponent(incident.id)}/review-postmortem`;
  const steps = [
    { status: "in-review", label: "Ask for a review", why: barredFrom(session, "responder") ?? open },
    { status: "approved", label: "Approve", why: barredFrom(session, "approver") ?? open },
  ].filter(({ status }) => status !== review.status);
  return (
    <div className="review">
      <p>
        {REVIEW_WORDS[review.status]} {review.by}
        {review.at !== undefined && (
          <span className="quiet">
            , <TimeText at={review.at} />
          </span>
        )}
      </p>
      <div className="action-buttons" role="group" aria-label="Review">
        {steps.map(({ label, status, why }) => (
          <button
            type="button"
            key={status}
            aria-disabled={why !== undefined || busy}
            title={why}
            onClick={() => {
              if (why === undefined && !busy) void ask(path, { status });
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <p role="alert" className="alarm">
        {problem}
      </p>
    </div>
  );
}

type SectionProps = { readonly id: string; readonly section: Section; readonly version: number };

function SectionPart({ id, section, version }: SectionProps) {
  const [editing, setEditing] = useState(false);
  const { ask, busy, problem } = useIncidentWrite();
  const barred = barredFrom(useSession(), "responder");
  const { edit, generated, heading } = section;
  const restore = () =>
    ask(`/incidents/${encodeURIComponent(id)}/restore-postmortem`, { section: section.id, expectedVersion: version });
  return (
    <section aria-label={heading}>
      <header>
        <h3>{heading}</h3>
        {!editing && (
          <button
            type="button"
            aria-disabled={barred !== undefined}
            title={barred}
            aria-label={`Edit ${heading}`}
            onClick={() => setEditing(barred === undefined)}
          >
            Edit
          </button>
        )}
        {!editing && edit !== undefined && (
          <button
            type="button"
            aria-disabled={barred !== undefined || busy}
            title={barred}
            aria-label={`Restore ${heading}`}
            onClick={() => {
              if (barred === undefined && !busy) void restore();
            }}
          >
            Restore
          </button>
        )}
      </header>
      {editing ? (
        <EditForm id={id} section={section} version={version} onLeave={() => setEditing(false)} />
      ) : (
        <Markdown text={edit?.markdown ?? generated} />
      )}
      {!editing && problem !== undefined && (
        <p role="alert" className="alarm">
          {problem}
        </p>
      )}
      {edit !== undefined && (
        <details>
          <summary>
            Written by {edit.author}, <TimeText at={edit.at} />. What was generated:
          </summary>
          <Markdown text={generated} />
        </details>
      )}
    </section>
  );
}

function EditForm({ id, onLeave, section, version }: SectionProps & { readonly onLeave: () => void }) {
  const { ask, busy, problem } = useIncidentWrite();
  // What whoever writes has seen. Once they were told that it changed, they have seen the newest.
  const [seen, setSeen] = useState<number | undefined>(version);
  const save = async (text: string) => {
    const body = { section: section.id, text, expectedVersion: seen ?? version };
    const written = await ask(`/incidents/${encodeURIComponent(id)}/edit-postmortem`, body);
    if (written.ok) onLeave();
    else if (written.failure.kind === "refused" && written.failure.code === "version-mismatch") setSeen(undefined);
  };
  return (
    <ActionForm
      title="Save"
      fields={[{ name: "text", label: `${section.heading}, in Markdown`, asks: "text", most: 50_000 }]}
      initial={{ text: section.edit?.text ?? section.generated }}
      busy={busy}
      problem={problem}
      onSubmit={({ text = "" }) => void save(text)}
      onCancel={onLeave}
    />
  );
}
