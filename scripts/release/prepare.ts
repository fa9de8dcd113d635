// Makes a checkout that of a release: its version everywhere, and the changelog's section. What comes next is in docs/releasing.md.
//
//   npm run release:prepare -- 0.2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sectionsOf, withRelease } from './changelog.ts';
import { setVersions } from './versions.ts';

const { values: options, positionals } = parseArgs({
  options: {
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    root: { type: 'string', default: fileURLToPath(new URL('../..', import.meta.url)) },
  },
  allowPositionals: true,
});
const [version = ''] = positionals;
if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z]+(\.\d+)*)?$/.test(version))
  throw new Error(`"${version}" is no version such as 0.2.0`);
const path = join(options.root, 'CHANGELOG.md');
const changelog = readFileSync(path, 'utf8');
const sections = sectionsOf(changelog);
if (sections.some(({ name }) => name === version)) throw new Error(`CHANGELOG.md has ${version} already`);
if (sections[0]?.name !== 'Unreleased' || sections[0].text === '')
  throw new Error('CHANGELOG.md has nothing under [Unreleased]');

setVersions(options.root, version);
writeFileSync(path, withRelease(changelog, version, options.date));
console.log(`This is ${version} of ${options.date} now. npm run release:check says whether it can be released.`);
