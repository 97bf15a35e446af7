import { useId, type ReactNode } from "react";

type SectionProps = { readonly title: string; readonly note?: ReactNode; readonly children: ReactNode };

/** A part of a page under its heading. */
export function Section({ title, note, children }: SectionProps) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <p className="quiet">{note}</p>}
      </header>
      {children}
    </section>
  );
}
