import { silencesResource, type SilenceBody } from "../api/on-call-resources.js";
import { useResource } from "../api/use-resource.js";
import { commandWords } from "../layout/command-words.js";
import { CopyCommand } from "../parts/copy-command.js";
import { Loaded } from "../parts/loaded.js";
import { PageTitle } from "../parts/page-title.js";
import { Section } from "../parts/section.js";
import { SilenceForm } from "../parts/silence-form.js";
import { SilenceRow } from "../parts/silence-row.js";

const MOST_EXPIRED = 20;

const STATES = [
  { state: "active", title: "Active", none: "Nothing is silenced." },
  { state: "pending", title: "Pending", none: undefined },
  { state: "expired", title: "Expired", none: undefined },
] as const;

/** What is kept quiet, by whom and until when, and a way to change it. */
export function SilencesView() {
  const silences = useResource(silencesResource);
  return (
    <>
      <PageTitle path={[]} title="Silences">
        <p className="quiet">A silence keeps alerts from telling anybody; they are stored and shown all the same.</p>
      </PageTitle>
      <SilenceForm />
      <Loaded of={silences} what="the silences">
        {({ silences: all }) =>
          STATES.map(({ none, state, title }) => (
            <SilenceList
              key={state}
              title={title}
              none={none}
              silences={all.filter((silence) => silence.state === state)}
            />
          ))
        }
      </Loaded>
      <CopyCommand command={commandWords("silence", "list")} />
    </>
  );
}

type SilenceListProps = {
  readonly title: string;
  readonly none: string | undefined;
  readonly silences: readonly SilenceBody[];
};

function SilenceList({ none, silences, title }: SilenceListProps) {
  if (silences.length === 0 && none === undefined) return null;
  const shown = silences.slice(0, title === "Expired" ? MOST_EXPIRED : silences.length);
  return (
    <Section
      title={title}
      note={shown.length < silences.length ? `The newest ${shown.length} of ${silences.length}.` : undefined}
    >
      {silences.length === 0 ? (
        <p className="empty-line">{none}</p>
      ) : (
        <ul className="rows" aria-label={`${title} silences`}>
          {shown.map((silence) => (
            <SilenceRow key={silence.id} silence={silence} />
          ))}
        </ul>
      )}
    </Section>
  );
}
