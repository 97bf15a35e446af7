import { join } from "node:path";
import { runCommand, type CommandOutcome } from "../run-command.ts";
import type { Proof, ProofStep } from "./proof.ts";
import { scratchTree } from "./scratch-tree.ts";

/** What a proof came to: `found` are the violations that the gate named; `problems` what it did not do. */
export interface ProofResult {
  readonly gate: string;
  readonly found: number;
  readonly problems: readonly string[];
  readonly durationMs: number;
}

/** Runs a gate's proof on a tree of its own. */
export async function attemptProof(proof: Proof): Promise<ProofResult> {
  const started = performance.now();
  const tree = await scratchTree(proof.tree);
  try {
    const problems: string[] = [];
    for (const step of proof.steps) {
      tree.plant(step.plants ?? {});
      const [command, ...args] = step.command;
      const env = { CI: "true", NO_COLOR: "1", FORCE_COLOR: "0", PLANTED: join(tree.directory, "bin"), ...step.env };
      const outcome = await runCommand(command, args, { cwd: tree.directory, env, timeoutMs: 180_000 });
      problems.push(...problemsOf(step, outcome));
    }
    const found = proof.steps.reduce((sum, step) => sum + step.says.length + (step.lastLine === undefined ? 0 : 1), 0);
    return { gate: proof.gate, found, problems, durationMs: performance.now() - started };
  } finally {
    tree.remove();
  }
}

function problemsOf(step: ProofStep, { code, output, stdout }: CommandOutcome): readonly string[] {
  const problems: string[] = [];
  if ((code === 0) !== (step.must === "pass")) problems.push(`it had to ${step.must} and ended with code ${code}`);
  problems.push(...step.says.filter((words) => !output.includes(words)).map((words) => `it did not say "${words}"`));
  const lastLine = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (step.lastLine !== undefined && lastLine !== step.lastLine) {
    problems.push(`its last line had to be "${step.lastLine}" and was "${lastLine}"`);
  }
  if (problems.length === 0) return [];
  return [`${step.command.join(" ")}\n  ${problems.join("\n  ")}\n--- it said\n${output.trim().slice(-6_000)}\n---`];
}
