export { createWorld, SLICE_MS, simpleSlo, type World, type WorldOptions } from "./world.js";
