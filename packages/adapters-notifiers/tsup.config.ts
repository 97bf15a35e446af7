import { defineConfig } from "tsup";

export default defineConfig({
  entry: [
    "src/index.ts",
    "src/console.ts",
    "src/webhook.ts",
    "src/slack.ts",
    "src/slack-app.ts",
    "src/slack-interaction.ts",
    "src/teams.ts",
    "src/telegram.ts",
    "src/telegram-callbacks.ts",
    "src/pagerduty.ts",
    "src/pagerduty-webhook.ts",
    "src/email.ts",
    "src/dead-man.ts",
    "src/replay-guard.ts",
  ],
  format: ["esm"],
  target: "node22",
  dts: true,
  sourcemap: true,
  clean: true,
});
