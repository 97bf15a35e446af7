import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/console.ts", "src/webhook.ts", "src/slack.ts", "src/telegram.ts"],
  format: ["esm"],
  target: "node22",
  dts: true,
  sourcemap: true,
  clean: true,
});
