import type { ReactNode } from "react";

/** A named figure. */
export type Fact = { readonly name: string; readonly value: ReactNode; readonly note?: ReactNode };

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ name, note, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="figure">
            {value}
            {note !== undefined && <span className="quiet fact-note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
