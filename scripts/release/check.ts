// All that can be said of a release without a network: npm run release:check.
//
//   node scripts/release/check.ts
//     --packages FOLDER   takes the tarballs that are there, and dist/ as it is, instead of making them
//     --tag v0.2.0        and that this is the release of this tag: what is meant to be released has to say so
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { changelogProblems, sectionsOf } from './changelog.ts';
import { deprecationProblems } from './deprecations.ts';
import { install, packageProblems } from './installed.ts';
import { breakingChanges, isRelease, lastRelease, lastTagged } from './last-release.ts';
import { licenceProblems } from './licences.ts';
import { announcements, readmeProblems } from './readmes.ts';
import { sbomProblems } from './sbom-check.ts';
import { schemaChanges, unnamedChanges } from './schema-diff.ts';
import { versionProblems } from './versions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({ options: { packages: { type: 'string' }, tag: { type: 'string' } } });
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { version } = JSON.parse(read('package.json'));
const last = lastRelease(root);
let failed = false;

/** Says what a check found; the rest goes on, so that one run tells everything. */
async function check(name: string, problems: () => string[] | Promise<string[]>, remark = ''): Promise<void> {
  let found: string[];
  try {
    found = await problems();
  } catch (error) {
    found = [(error as Error).message];
  }
  failed ||= found.length > 0;
  console.log(`${found.length === 0 ? 'ok  ' : 'FAIL'} ${name}${remark && `: ${remark}`}`);
  for (const problem of found) console.log(`     ${problem}`);
}

await check('one version everywhere', () => versionProblems(root), version);
await check('changelog', () => [
  ...changelogProblems(read('CHANGELOG.md'), version, options.tag !== undefined),
  ...lastSectionProblems(),
]);
if (options.tag !== undefined) {
  await check('tag', () => (options.tag === `v${version}` ? [] : [`${options.tag} is not v${version}`]), options.tag);
  await check('the schema of the last release', () => {
    const tagged = lastTagged(root, version);
    if (tagged?.version === last?.version && tagged?.sdl === last?.sdl) return [];
    return [
      `release/schema.graphql is that of ${last?.version}, and the last tag is ${tagged?.version}: see docs/releasing.md`,
    ];
  });
}
await check(
  'changes of the schema',
  schemaProblems,
  last ? `since ${last.version}` : 'there has been no release so far',
);
await check('deprecations', () => deprecationProblems(readTypeDefs()));
await check('READMEs', () => announcements.flatMap(({ file }) => readmeProblems(file, read(file), last !== null)));

const work = mkdtempSync(join(tmpdir(), 'cq-release-'));
try {
  const folder = options.packages === undefined ? join(work, 'packages') : resolve(options.packages);
  if (options.packages === undefined) {
    mkdirSync(folder);
    execFileSync(process.execPath, ['scripts/package.ts', '--json', `--pack-destination=${folder}`], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const installed = join(work, 'installed');
  await check('installed in an empty folder, without a network', () => install(root, folder, installed, version));
  await check('contents, sizes and manifests of the packages', () => packageProblems(root, folder, installed));
  await check('bill of materials', () => sbomProblems(installed));
  await check('licences of what is bundled', () => licenceProblems(installed));
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (failed) process.exitCode = 1;

async function schemaProblems(): Promise<string[]> {
  const named = breakingChanges(root);
  if (last === null)
    return named.length === 0 ? [] : ['release/breaking-changes.yml names changes, and there has been no release'];
  const changes = await schemaChanges(last.sdl, readTypeDefs());
  for (const { name, message, breaking } of changes)
    console.log(`     ${breaking ? 'BREAKING ' : ''}${name}: ${message}`);
  return unnamedChanges(changes, named, last.sdl);
}

/** The schema of the last release is kept, and is the one of the last section that is older than this version. */
function lastSectionProblems(): string[] {
  const before = sectionsOf(read('CHANGELOG.md')).find(({ name }) => isRelease(name) && name !== version);
  if (!before || last?.version === before.name || last?.version === version) return [];
  return [
    `the last release is ${before.name} by CHANGELOG.md, and release/schema.graphql is of ${last?.version ?? 'none'}`,
  ];
}
