import { useState } from "react";
import { record, text } from "../api/shape.js";
import { useIncidentWrite } from "../api/use-incident-write.js";
import { useSession } from "../api/use-session.js";
import { barredFrom } from "../layout/incident-actions.js";
import { SEVERITIES } from "../layout/incident-filter.js";
import { routePath } from "../router/route.js";
import { useRouter } from "../router/router-context.js";
import { ActionForm } from "./action-form.js";

const named = record({ id: text });

/** Opens an incident in the name of whoever is signed in, and goes to it. */
export function DeclareIncident({ services }: { readonly services: readonly string[] }) {
  const router = useRouter();
  const barred = barredFrom(useSession(), "responder");
  const { ask, busy, forget, problem } = useIncidentWrite();
  const [open, setOpen] = useState(false);
  const declare = async (values: object) => {
    const written = await ask("/incidents", values);
    if (!written.ok || named(written.value, "") !== undefined) return;
    const { id } = written.value as { readonly id: string };
    router.navigate(routePath({ view: "incident", id }));
  };
  return (
    <div className="actions">
      <div className="action-buttons">
        <button
          type="button"
          aria-disabled={barred !== undefined}
          aria-expanded={open}
          title={barred}
          onClick={() => {
            forget();
            setOpen(barred === undefined && !open);
          }}
        >
          Declare an incident
        </button>
        {barred !== undefined && <span className="quiet">{barred}</span>}
      </div>
      {open && (
        <ActionForm
          title="Declare"
          fields={[
            { name: "title", label: "What is wrong", asks: "line" },
            { name: "service", label: "Service", asks: "choice", choices: services },
            { name: "severity", label: "Severity", asks: "choice", choices: SEVERITIES },
          ]}
          initial={{ severity: "SEV3" }}
          busy={busy}
          problem={problem}
          onSubmit={(values) => void declare(values)}
          onCancel={() => setOpen(false)}
        />
      )}
    </div>
  );
}
