import { createSecretReader, parseConfig, readConfigFiles } from "@plimsoll/config";
import { serviceRegistry, startService } from "../index.js";

// Run as a process of its own, so that a test can kill it: node service-process.js <folder>
const folder = process.argv[2] ?? ".";

const files = await readConfigFiles(`${folder}/plimsoll.yaml`);
if (!files.ok) throw new Error(JSON.stringify(files.error));
const config = parseConfig(files.value, { ...serviceRegistry, readSecret: createSecretReader({}) });
if (!config.ok) throw new Error(JSON.stringify(config.error));
const service = await startService(config.value, { stateDirectory: folder, version: "0.0.0-test", logLevel: "error" });
process.send?.(service.address);
process.on("SIGTERM", () => void service.stop().then(() => process.exit(0)));
