export { createHostStepRunner } from "./host-step-runner.js";
export { hostSettingsSchema, type HostSettings } from "./host-settings.js";
export { createLinkChecker } from "./link-checker.js";
