import type { Proof } from "../proof.ts";
import { boundariesProof } from "./boundaries-proof.ts";
import { apiProof, packageProof } from "./package-proofs.ts";
import { ciProof, coverageProof, docsProof, examplesProof, testRunnerProof } from "./run-proofs.ts";
import { coreCompilerProof, formatProof, knipProof, lintProof } from "./source-proofs.ts";

/** Every gate that is proved, the slowest first so that two at a time end together. */
export const PROOFS: readonly Proof[] = [
  packageProof,
  testRunnerProof,
  apiProof,
  docsProof,
  coverageProof,
  knipProof,
  lintProof,
  boundariesProof,
  coreCompilerProof,
  formatProof,
  examplesProof,
  ciProof,
];
