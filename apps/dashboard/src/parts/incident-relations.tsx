import type { IncidentDetail } from "../api/answers.js";
import { openIncidentsResource } from "../api/resources.js";
import { useResource } from "../api/use-resource.js";
import { LINK_ACTIONS, linkSimilar, mergeInto, unlink } from "../layout/incident-follow-ups.js";
import { Link } from "../router/link.js";
import { IncidentActs } from "./incident-acts.js";
import { TimeText } from "./time-text.js";

/** What it is tied to, and what it is like; it is tied, and merged, here. */
export function IncidentRelations({ incident }: { readonly incident: IncidentDetail }) {
  const { links, mergedInto, similar, splitFrom } = incident;
  const open = useResource(openIncidentsResource).data?.incidents ?? [];
  const others = open.filter(({ id }) => id !== incident.id).length;
  const linked = new Set(links.map(({ id, kind }) => `${kind} ${id}`));
  const none = links.length + similar.length === 0 && mergedInto === undefined && splitFrom === undefined;
  return (
    <IncidentActs
      incident={incident}
      label="About what it belongs to"
      actions={[...LINK_ACTIONS, mergeInto(incident, others)]}
    >
      {(rowActs) =>
        none ? (
          <p className="quiet">It is tied to nothing, and like no other.</p>
        ) : (
          <ul className="plain-list" aria-label="What it belongs to">
            {mergedInto !== undefined && (
              <li>
                merged into <IncidentLink id={mergedInto} />
              </li>
            )}
            {splitFrom !== undefined && (
              <li>
                split from <IncidentLink id={splitFrom} />
              </li>
            )}
            {links.map((link) => (
              <li key={`${link.kind} ${link.id}`} className="row-acts">
                <p>
                  {link.kind} <Linked link={link} />: {link.relation}
                </p>
                {rowActs([unlink(link)])}
              </li>
            ))}
            {similar.map((other) => (
              <li key={other.id} className="row-acts">
                <SimilarWords other={other} />
                {rowActs(linked.has(`incident ${other.id}`) ? [] : [linkSimilar(other)])}
              </li>
            ))}
          </ul>
        )
      }
    </IncidentActs>
  );
}

function SimilarWords({
  other: { because, declaredAt, id, score, status, title },
}: {
  readonly other: IncidentDetail["similar"][number];
}) {
  return (
    <div>
      like <IncidentLink id={id} /> <span className="figure">({Math.round(score * 100)} %)</span>: {title}
      <p className="quiet">
        {status}, declared <TimeText at={declaredAt} /> · {because.join(", ")}
      </p>
    </div>
  );
}

function Linked({ link: { id, kind } }: { readonly link: IncidentDetail["links"][number] }) {
  // Whoever wrote the link chose the address; anything but a page is shown and not followed.
  if (/^https?:\/\//i.test(id)) {
    return (
      <a href={id} rel="noreferrer noopener">
        {id}
      </a>
    );
  }
  return kind === "incident" ? <IncidentLink id={id} /> : <strong>{id}</strong>;
}

/** The way to another incident. */
export function IncidentLink({ id }: { readonly id: string }) {
  return <Link to={{ view: "incident", id }}>{id}</Link>;
}
