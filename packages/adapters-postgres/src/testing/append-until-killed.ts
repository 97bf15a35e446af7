// A program for a test: opens a folder, appends without end, and says on standard output what was acknowledged.
import { writeSync } from "node:fs";

import { createPostgresStorage } from "../postgres-storage.js";

const directory = process.argv[2] ?? "";
const storage = await createPostgresStorage({ directory }, { digest: { digest: async () => "0".repeat(64) } });
writeSync(1, "open\n");
for (let index = 0; ; index += 1) {
  const event = (stream: string): { id: string; type: string; atMs: number; actor: string; data: null } => ({
    id: `${stream}-${index}`,
    type: "t",
    atMs: index,
    actor: "engine",
    data: null,
  });
  const writes = ["left", "right"].map((stream) => ({ stream, expectedVersion: index, events: [event(stream)] }));
  const result = await storage.events.append(writes);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const slices = ["a", "b", "c"].map((sloId) => ({ sloId, sliceMs: index * 15_000, good: 1, total: 1, slices: 1 }));
  await storage.history.append(slices);
  writeSync(1, `${index}\n`);
}
