import { useLayoutEffect, useRef, useState } from "react";
import { schedulesResource } from "../api/on-call-resources.js";
import { useResource } from "../api/use-resource.js";
import { useSession } from "../api/use-session.js";

type PersonInputProps = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly initial: string | undefined;
  readonly orTeam: boolean;
};

/** No name: names are one line. */
const ELSE = "\n";
const NAME_LENGTH = 200;

/** Asks for somebody: of those whom on-call knows, whoever is signed in, or by name anybody else. */
export function PersonInput({ id, initial = "", label, name, orTeam }: PersonInputProps) {
  const { data } = useResource(schedulesResource);
  const session = useSession();
  const [chosen, setChosen] = useState(initial);
  const people = data?.people ?? [];
  const teams = orTeam ? (data?.teams ?? []) : [];
  const self = session?.state === "signed-in" ? session.name : "";
  const others = [self, initial].filter(
    (one, index, all) =>
      one !== "" && all.indexOf(one) === index && ![...people, ...teams].some((known) => known.id === one),
  );
  return (
    <>
      <select
        id={id}
        {...(chosen === ELSE ? {} : { name })}
        required
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        <option value="">Choose</option>
        {others.map((one) => (
          <option key={one} value={one}>
            {one === self ? `${one} (you)` : one}
          </option>
        ))}
        {people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name === person.id ? person.id : `${person.name} (${person.id})`}
          </option>
        ))}
        {teams.map((team) => (
          <option key={team.id} value={team.id}>
            {team.name === team.id ? `${team.id}, a team` : `${team.name} (${team.id}), a team`}
          </option>
        ))}
        <option value={ELSE}>Somebody else …</option>
      </select>
      {chosen === ELSE && <NameInput name={name} label={`${label}, by name`} />}
    </>
  );
}

function NameInput({ label, name }: { readonly label: string; readonly name: string }) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  return <input ref={input} aria-label={label} name={name} required maxLength={NAME_LENGTH} />;
}
