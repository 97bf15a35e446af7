import { createSecretReader, parseConfig, readConfigFiles } from "@plimsoll/config";
import { serviceRegistry, startService } from "@plimsoll/service";

// The real service, as `plimsoll serve` composes it: node service-program.mjs <folder with plimsoll.yaml>
const folder = process.argv[2] ?? ".";

const files = await readConfigFiles(`${folder}/plimsoll.yaml`);
if (!files.ok) throw new Error(JSON.stringify(files.error));
const config = parseConfig(files.value, { ...serviceRegistry, readSecret: createSecretReader({}) });
if (!config.ok) throw new Error(JSON.stringify(config.error).slice(0, 2_000));
const service = await startService(config.value, { stateDirectory: folder, version: "0.0.0-bench", logLevel: "warn" });
process.send?.(service.address);

const stop = (): void => void service.stop().then(() => process.exit(0));
process.on("SIGTERM", stop);
process.on("disconnect", stop);
