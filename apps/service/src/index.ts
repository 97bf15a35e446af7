export {
  registryWith,
  type AdapterSurroundings,
  type AdapterTypes,
  type NotifierAdapter,
  type SourceAdapter,
} from "./adapter-types.js";
export { openEngine, type OpenedEngine } from "./composition.js";
export { findLocalService, type LocalService } from "./local-state.js";
export { openConfiguredApi } from "./open-configured-api.js";
export { openStoredApi, type StoredApi } from "./open-stored-api.js";
export { serviceRegistry } from "./registry.js";
export { startService, type RunningService, type StartOptions } from "./start-service.js";
