import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/main.ts"],
  format: ["esm"],
  target: "node22",
  // What a command needs is loaded when it runs, and not for `--help`.
  splitting: true,
  dts: { entry: "src/index.ts" },
  sourcemap: true,
  clean: true,
});
