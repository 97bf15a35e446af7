import { aptInstall } from "../components/apt.ts";
import { EXECUTABLES, needsInstallation, type ExecutableName } from "../components/executables.ts";
import { findBinary } from "../components/find-binary.ts";
import { withProgress } from "../progress.ts";

/** Installs what the tests will ask for, before they run and with progress shown. A failure is said, and the tests then report themselves as not run. */
export async function installComponents(names: readonly ExecutableName[]): Promise<void> {
  const sources = names.map((name) => EXECUTABLES[name]);
  const wanted = await Promise.all(sources.map(needsInstallation));
  const packages = [...new Set(sources.filter((_, index) => wanted[index]).map(({ debianPackage }) => debianPackage))];
  for (const debianPackage of packages) {
    const binaries = sources.filter((source) => source.debianPackage === debianPackage);
    const outcome = await withProgress(`installing Debian's ${debianPackage} for the tests`, () =>
      aptInstall([debianPackage], () => binaries.every((source) => findBinary(source.binaries) !== undefined)),
    );
    if (outcome.kind === "not-installed") process.stderr.write(`${outcome.reason}\n`);
  }
}
