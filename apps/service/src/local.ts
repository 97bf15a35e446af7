export { findLocalService, type LocalService } from "./local-state.js";
