import { statfs } from "node:fs/promises";
import { outcomeOfError, type ProbeAttempt } from "./probe-outcome.js";
import type { DiskProbeQuery } from "./probe-query.js";

const MAX_USED_RATIO = 0.9;

/** Makes an attempt that looks how full a file system is, as `df` does: what only root may use counts as used. */
export function diskAttempt({ path, maxUsedRatio, maxUsedInodesRatio }: DiskProbeQuery): ProbeAttempt {
  const spaceLimit = maxUsedRatio ?? (maxUsedInodesRatio === undefined ? MAX_USED_RATIO : 1);
  return async () => {
    try {
      const { blocks, bfree, bavail, files, ffree } = await statfs(path);
      const used = blocks - bfree;
      const value = used + bavail === 0 ? 0 : used / (used + bavail);
      const inodes = files === 0 ? 0 : (files - ffree) / files;
      if (value > spaceLimit)
        return { kind: "bad", reason: `${percent(value)} of the space is used, over ${percent(spaceLimit)}`, value };
      if (inodes > (maxUsedInodesRatio ?? 1))
        return {
          kind: "bad",
          reason: `${percent(inodes)} of the inodes are used, over ${percent(maxUsedInodesRatio ?? 1)}`,
          value,
        };
      return { kind: "good", value };
    } catch (error) {
      const isForbidden = ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
      return isForbidden ? { kind: "unable", reason: `the prober may not look at ${path}` } : outcomeOfError(error);
    }
  };
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
