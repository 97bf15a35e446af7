import { mergeConfig } from "vitest/config";
import base from "./vitest.config.js";

// What mutation testing runs: core's tests alone.
export default mergeConfig(base, { test: { include: ["packages/core/src/**/*.test.ts"] } });
