import { filterField } from "../keyboard/filter-focus.js";
import { GROUP_WORDS, GROUPS, type VerdictGroup } from "../layout/shown-verdict.js";
import type { SloFilter } from "../layout/slo-filter.js";
import { Icon } from "./icon.js";

type SloFilterBarProps = {
  readonly filter: SloFilter;
  readonly onChange: (filter: SloFilter) => void;
  readonly counts: Readonly<Record<VerdictGroup, number>>;
  readonly services: readonly string[];
};

/** Narrows the list by text, service and verdict. */
export function SloFilterBar({ filter, onChange, counts, services }: SloFilterBarProps) {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <search className="filter">
      <label className="filter-text">
        <span className="visually-hidden">Filter SLOs by name, service or owner</span>
        <input
          id="slo-filter"
          ref={filterField}
          type="search"
          placeholder="Filter SLOs (press /)"
          autoComplete="off"
          spellCheck={false}
          value={filter.text}
          onChange={(event) => onChange({ ...filter, text: event.target.value })}
        />
      </label>
      {services.length > 1 && (
        <label className="filter-service">
          <span className="visually-hidden">Service</span>
          <select value={filter.service} onChange={(event) => onChange({ ...filter, service: event.target.value })}>
            <option value="">All services</option>
            {services.map((service) => (
              <option key={service}>{service}</option>
            ))}
          </select>
        </label>
      )}
      <div className="chips" role="group" aria-label="Verdict">
        <button type="button" aria-pressed={filter.verdict === ""} onClick={() => onChange({ ...filter, verdict: "" })}>
          All <span className="figure">{all}</span>
        </button>
        {GROUPS.filter((kind) => counts[kind] > 0 || filter.verdict === kind).map((kind) => (
          <button
            type="button"
            key={kind}
            className={`chip-${kind}`}
            aria-pressed={filter.verdict === kind}
            onClick={() => onChange({ ...filter, verdict: filter.verdict === kind ? "" : kind })}
          >
            {kind !== "silent" && <Icon name={kind} />}
            {GROUP_WORDS[kind]} <span className="figure">{counts[kind]}</span>
          </button>
        ))}
      </div>
    </search>
  );
}
