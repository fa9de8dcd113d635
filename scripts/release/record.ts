// After a release: keeps its schema, with which the next one is compared, and takes the changes that it came with off the list of those that break
// clients. The checkout may be ahead of the release.
//
//   node scripts/release/record.ts VERSION --schema FILE [--breaking FILE]     what the release had: its SDL, its release/breaking-changes.yml
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import {
  breakingChanges,
  breakingChangesFile,
  lastSchemaFile,
  noBreakingChanges,
  readChanges,
} from './last-release.ts';

const {
  values: options,
  positionals: [version],
} = parseArgs({
  options: {
    root: { type: 'string', default: fileURLToPath(new URL('../..', import.meta.url)) },
    schema: { type: 'string' },
    breaking: { type: 'string' },
  },
  allowPositionals: true,
});
if (version === undefined || options.schema === undefined) throw new Error('record.ts VERSION --schema FILE');
writeFileSync(lastSchemaFile(options.root), `# cq-server ${version}\n\n${readFileSync(options.schema, 'utf8')}`);
const released = options.breaking === undefined ? [] : readChanges(options.breaking);
const later = breakingChanges(options.root).filter(({ change }) => !released.some((each) => each.change === change));
const list = later.length === 0 ? '[]\n' : stringify(later);
writeFileSync(breakingChangesFile(options.root), noBreakingChanges.replace(/\[\]\n$/, list));
console.log(`The next release is compared with ${version}.`);
