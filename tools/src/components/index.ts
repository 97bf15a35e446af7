export { chromium, type ChromiumExecutable } from "./chromium.ts";
export {
  skipUnlessAvailable,
  type ComponentOrigin,
  type RunningServer,
  type SkippableContext,
  type UnavailableComponent,
} from "./component.ts";
export { freePort, freePorts } from "./free-port.ts";
export { postgresServer } from "./postgres-server.ts";
export {
  prometheus,
  promtool,
  type PrometheusOptions,
  type PromtoolVerdict,
  type RunningPrometheus,
} from "./prometheus.ts";
