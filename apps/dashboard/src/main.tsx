import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createDashboard } from "./api/create-dashboard.js";
import { DashboardContext } from "./api/dashboard-context.js";
import { App } from "./app.js";
import { createHistoryRouter } from "./router/history-router.js";
import { RouterContext } from "./router/router-context.js";
import "./styles/theme.css";
import "./styles/page.css";
import "./styles/parts.css";
import "./styles/slo.css";
import "./styles/incident.css";
import "./styles/runbook.css";
import "./styles/on-call.css";
import "./styles/sign-in.css";

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no element with the id root.");

const dashboard = createDashboard();
dashboard.live.start();

createRoot(root).render(
  <StrictMode>
    <DashboardContext value={dashboard}>
      <RouterContext value={createHistoryRouter(window)}>
        <App />
      </RouterContext>
    </DashboardContext>
  </StrictMode>,
);
