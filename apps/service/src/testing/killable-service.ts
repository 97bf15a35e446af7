import { build } from "esbuild";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The service as a process of its own, which a test may kill at any moment. */
export type KillableService = {
  /** Starts it in a folder with a plimsoll.yaml; answers its address once it listens. */
  start(folder: string): Promise<string>;
  /** Ends it as a power cut would; resolves when it is gone. */
  kill(): Promise<void>;
};

/** Bundles the service to where PGlite, which brings files of its own, is found from. */
export async function buildKillableService(name: string): Promise<KillableService> {
  const modules = "../../../../packages/adapters-postgres/node_modules";
  const outfile = join(import.meta.dirname, modules, `.kill-test/${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, "service-process.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    conditions: ["@plimsoll/source"],
    external: ["@electric-sql/pglite", "pg"],
    // Bundled CommonJS packages ask for Node's own modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;',
    },
    logLevel: "error",
  });
  let child: ChildProcess | undefined;
  return {
    async start(folder) {
      child = fork(outfile, [folder], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
      const ended = once(child, "exit").then(([code]) => {
        throw new Error(`the service ended with ${String(code)} before it listened`);
      });
      const [address] = (await Promise.race([once(child, "message"), ended])) as [string];
      ended.catch(() => undefined);
      return address;
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
