export { createPrometheusSource, type PrometheusSourceDependencies } from "./prometheus-source.js";
export {
  prometheusQuerySchema,
  prometheusSampleEveryMs,
  prometheusSettingsSchema,
  type PrometheusQuery,
  type PrometheusSettings,
} from "./prometheus-query.js";
export { createScrapeSource, type ScrapeSourceDependencies } from "./scrape-source.js";
export { scrapeQuerySchema, scrapeSettingsSchema, type ScrapeQuery, type ScrapeSettings } from "./scrape-query.js";
export { MetricsPage, type MalformedLine, type PageOutcome } from "./metrics-page.js";
export { MetricLine } from "./metric-line.js";
export { parseSeriesLabels, type SeriesLabels } from "./label-text.js";
export { type PageFormat } from "./sample-value.js";
export { parseSeriesSelector, type SeriesSelector } from "./series-selector.js";
export { type LabelMatcher } from "./label-matcher.js";
export {
  MOST_ALERTS,
  readAlertmanagerWebhook,
  readPostedAlerts,
  RESOLVE_TIMEOUT_MS,
  type AlertmanagerContext,
  type AlertmanagerProblem,
  type AlertmanagerReading,
  type AlertSetAside,
} from "./alertmanager/read-alertmanager.js";
