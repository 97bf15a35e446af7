import { defineConfig } from "tsup";
import { makeEmptyDatabase } from "./make-empty-database.js";

export default defineConfig({
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "node22",
  dts: true,
  sourcemap: true,
  clean: true,
  onSuccess: makeEmptyDatabase,
});
