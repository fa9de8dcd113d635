import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of npm in a folder of its own. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** As the package has it: an SPDX expression in all but a few. */
  readonly license: string;
  /** Absolute. */
  readonly folder: string;
}

/** The packages that these files are of, each once, by their folders. Files outside of `node_modules` are of none. */
export function packagesOf(files: readonly string[]): InstalledPackage[] {
  const folders = new Set(
    files.flatMap((file) => /^(?:.*\/node_modules\/(?:@[^/]+\/)?[^/]+)(?=\/)/.exec(file)?.[0] ?? []),
  );
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { name, version, license, folder };
  });
}

/** The licences of these packages, and the notices beside them, which everybody who passes them on has to pass on too. */
export function licencesOf(packages: readonly InstalledPackage[]): string {
  const texts = packages.map(({ name, version, license, folder }) => {
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)\b(?!.*\.[cm]?[jt]s$)/i.test(file));
    const parts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return `${name} ${version} (${license})\n\n${parts.join('\n\n')}\n`;
  });
  return [...new Set(texts)].join(`\n${'-'.repeat(80)}\n\n`);
}
