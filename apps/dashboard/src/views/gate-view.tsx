import { correctionsResource, overridesResource, servicesResource } from "../api/resources.js";
import { useResource } from "../api/use-resource.js";
import { CorrectionList } from "../parts/correction-list.js";
import { GatePanel } from "../parts/gate-panel.js";
import { Loaded } from "../parts/loaded.js";
import { OverrideList } from "../parts/override-list.js";
import { PageTitle } from "../parts/page-title.js";
import { Section } from "../parts/section.js";
import { useLocation, useRouter } from "../router/router-context.js";

/** May a change go now: for one service or all, and what people decided about it. */
export function GateView() {
  const router = useRouter();
  const { query } = useLocation();
  const service = query.get("service") ?? "";
  const services = useResource(servicesResource).data?.services ?? [];
  const overrides = useResource(overridesResource);
  const corrections = useResource(correctionsResource);
  return (
    <>
      <PageTitle path={[]} title="May a change go now?">
        <p className="quiet">
          The gate looks at what is left, how fast it burns, and freeze windows. Unknown is not allow.
        </p>
      </PageTitle>
      <label className="field">
        Change to{" "}
        <select
          value={service}
          onChange={({ target }) =>
            router.navigate(target.value === "" ? "/gate" : `/gate?service=${encodeURIComponent(target.value)}`, {
              replace: true,
            })
          }
        >
          <option value="">any service</option>
          {services.map(({ id }) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      <GatePanel service={service === "" ? undefined : service} />
      <div className="two">
        <Section title="Overrides" note="People who let a change pass, with a reason and until when.">
          <Loaded of={overrides} what="the overrides">
            {(list) =>
              list.overrides.length === 0 ? (
                <p className="quiet">None holds.</p>
              ) : (
                <OverrideList overrides={list.overrides} />
              )
            }
          </Loaded>
        </Section>
        <Section title="Corrections" note="Time that does not count as it was measured.">
          <Loaded of={corrections} what="the corrections">
            {(list) =>
              list.corrections.length === 0 ? (
                <p className="quiet">None.</p>
              ) : (
                <CorrectionList corrections={list.corrections} />
              )
            }
          </Loaded>
        </Section>
      </div>
    </>
  );
}
