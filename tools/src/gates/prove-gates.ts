import { seconds } from "../progress.ts";
import { attemptProof } from "../prove-gates/attempt-proof.ts";
import { PROOFS } from "../prove-gates/proofs/index.ts";

// A gate that never fails checks nothing. Each is shown violations planted for it, in a tree of its own, and has to name them.
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const withSlow = process.argv.includes("--all");
const proofs = PROOFS.filter(({ gate, slow }) =>
  wanted.length === 0 ? withSlow || slow !== true : wanted.includes(gate),
);
const leftOut = PROOFS.filter((proof) => wanted.length === 0 && !proofs.includes(proof));

let failed = proofs.length === 0 ? 1 : 0;
const queue = [...proofs];
await Promise.all([work(), work()]); // Two at a time: the machines that check have two cores.
if (leftOut.length > 0)
  console.log(`not proved in this run: ${leftOut.map(({ gate }) => gate).join(", ")} (\`pnpm gates:prove --all\`)`);
console.log(`gates:prove: ${proofs.length - failed} of ${proofs.length} gates bite`);
process.exitCode = failed === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let proof = queue.shift(); proof !== undefined; proof = queue.shift()) {
    const result = await attemptProof(proof);
    const bites = result.problems.length === 0;
    if (!bites) failed += 1;
    console.log(
      `${bites ? "bites" : "DOES NOT BITE"}  ${result.gate}: ${result.found} findings expected (${seconds(result.durationMs)})`,
    );
    for (const problem of result.problems) console.error(problem);
  }
}
