export { createWorld, quickSlo, SLICE_MS, simpleSlo, type World, type WorldOptions } from "./world.js";
export { regress, regressionWords, type Regression } from "./regress/regress.js";
export { replayCase } from "./regress/replay-case.js";
