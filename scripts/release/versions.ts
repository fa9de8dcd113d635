import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const semver = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z]+(?:\.\d+)*)?`;

/** Where the version of `package.json` stands again: files, and what is before and behind it there. */
const places: readonly { readonly files: string; readonly written: RegExp }[] = [
  { files: 'package.json', written: new RegExp(`^(  "version": ")(${semver})(")`, 'm') },
  // the first two are the package's own; those behind them are of other packages
  { files: 'package-lock.json', written: new RegExp(`^(  "version": ")(${semver})(")`, 'm') },
  {
    files: 'package-lock.json',
    written: new RegExp(`("": \\{\\s+"name": "cq-server",\\s+"version": ")(${semver})(")`),
  },
  { files: 'packages/cq-client/package.json', written: new RegExp(`^(  "version": ")(${semver})(")`, 'm') },
  { files: 'Dockerfile', written: new RegExp(`^(ARG VERSION=)(${semver})()$`, 'm') },
  { files: 'docs/api.md', written: new RegExp(`("serverInfo": \\{ "version": ")(${semver})(")`) },
  { files: 'deploy/**/Chart.yaml', written: new RegExp(`^((?:version|appVersion): ["']?)(${semver})(["']?)$`, 'gm') },
  // images and tarballs by their names, wherever they are
  {
    files: '{README.md,docker-compose.yml,docs/*.md,deploy/**/*.{md,yaml,yml,json}}',
    written: new RegExp(`(\\bcq-(?:server|client)[:-])(${semver})(?!\\w|[.-](?!tgz\\b)\\w)()`, 'g'),
  },
];

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly version: string;
}

/** Each place of a checkout that names the version. */
export function versionsIn(root: string): Place[] {
  return places.flatMap(({ files, written }) =>
    globSync(files, { cwd: root }).flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(everywhere(written))].map((match) => ({
        file: file.replaceAll('\\', '/'),
        line: text.slice(0, match.index + (match[1] ?? '').length).split('\n').length,
        version: match[2] ?? '',
      }));
    }),
  );
}

/** Writes another version into all of them. */
export function setVersions(root: string, version: string): void {
  for (const { files, written } of places)
    for (const file of globSync(files, { cwd: root })) {
      const path = join(root, file);
      const text = readFileSync(path, 'utf8');
      const changed = text.replace(written, (_, before, __, behind) => `${before}${version}${behind}`);
      if (changed !== text) writeFileSync(path, changed);
    }
}

const everywhere = ({ source, flags }: RegExp) => new RegExp(source, flags.includes('g') ? flags : `${flags}g`);

/** What of them is another version than `package.json` has, and which files should name it and do not. */
export function versionProblems(root: string): string[] {
  const found = versionsIn(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const others = found.filter((place) => place.version !== version);
  const missing = places
    .filter(({ files }) => !files.includes('*'))
    .filter(({ files }) => !found.some(({ file }) => file === files));
  return [
    ...others.map(({ file, line, version: other }) => `${file}:${line} has version ${other}, package.json ${version}`),
    ...missing.map(({ files }) => `${files} does not name the version ${version}`),
  ];
}
