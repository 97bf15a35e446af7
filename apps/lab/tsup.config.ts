import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    adapter: "src/adapter/index.ts",
    "processes/supervisor": "src/processes/supervisor.ts",
    "processes/service": "src/processes/service.ts",
    "processes/balancer": "src/processes/balancer.ts",
    "processes/load": "src/processes/load.ts",
  },
  format: ["esm"],
  target: "node22",
  dts: { entry: { index: "src/index.ts", adapter: "src/adapter/index.ts" } },
  sourcemap: true,
  clean: true,
});
