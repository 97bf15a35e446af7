import { useId } from "react";
import { alertsResource } from "../api/alert-resources.js";
import { incidentsResource, openIncidentsResource } from "../api/resources.js";
import { useResource } from "../api/use-resource.js";

const ID_LENGTH = 200;

type OpenIncidentInputProps = { readonly id: string; readonly name: string; readonly not: string };

/** Asks for an open incident. Nothing is chosen at first, nor once what was chosen is over: the page changes under its readers. */
export function OpenIncidentInput({ id, name, not }: OpenIncidentInputProps) {
  const open = useResource(openIncidentsResource).data?.incidents ?? [];
  return (
    <select id={id} name={name} required>
      <option value="">Choose</option>
      {open
        .filter((incident) => incident.id !== not)
        .map((incident) => (
          <option key={incident.id} value={incident.id}>
            {incident.id} {incident.severity} {incident.title}
          </option>
        ))}
    </select>
  );
}

type IdInputProps = {
  readonly id: string;
  readonly name: string;
  readonly of: "incident" | "alert" | "change";
};

/** Asks for an id, with those to choose from that are known here. */
export function IdInput({ id, name, of }: IdInputProps) {
  const list = useId();
  return (
    <>
      <input
        id={id}
        name={name}
        list={of === "change" ? undefined : list}
        required
        maxLength={ID_LENGTH}
        autoComplete="off"
        spellCheck={false}
        placeholder={PLACEHOLDERS[of]}
      />
      {of === "incident" && <IncidentIds list={list} />}
      {of === "alert" && <AlertKeys list={list} />}
    </>
  );
}

const PLACEHOLDERS = {
  incident: "INC-001",
  alert: "alertmanager/4f1a",
  change: "https://ci.example/deploys/7",
} as const;

function IncidentIds({ list }: { readonly list: string }) {
  const incidents = useResource(incidentsResource).data?.incidents ?? [];
  return (
    <datalist id={list}>
      {incidents.map(({ id, severity, title }) => (
        <option key={id} value={id} label={`${id} ${severity} ${title}`} />
      ))}
    </datalist>
  );
}

function AlertKeys({ list }: { readonly list: string }) {
  const alerts = useResource(alertsResource).data?.alerts ?? [];
  return (
    <datalist id={list}>
      {alerts.map(({ key, labels }) => (
        <option key={key} value={key} label={`${labels["alertname"] ?? key} ${labels["service"] ?? ""}`.trim()} />
      ))}
    </datalist>
  );
}
