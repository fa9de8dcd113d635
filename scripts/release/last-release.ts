import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { mergedTypeDefs } from '../../src/graphql/type-defs.ts';
import type { NamedChange } from './schema-diff.ts';

export const lastSchemaFile = (root: string) => join(root, 'release/schema.graphql');
export const breakingChangesFile = (root: string) => join(root, 'release/breaking-changes.yml');

export const noBreakingChanges = `# Changes of the schema since the last release that break clients, and are meant to. A change that is not here fails npm run release:check,
# and so does one that is here and did not happen. The check says how a change is called.
#
# - change: FIELD_REMOVED User.name
#   reason: Deprecated since 0.2.0, and its six months are over.
[]
`;

/** Whether a version is one for everybody, and no candidate such as `0.2.0-rc.1`. */
export const isRelease = (version: string) => /^\d+\.\d+\.\d+$/.test(version);

export interface LastRelease {
  readonly version: string;
  readonly sdl: string;
}

/** The last release, by the schema that is kept of it; null where there has been none. */
export function lastRelease(root: string): LastRelease | null {
  const file = lastSchemaFile(root);
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const [heading, version] = /^# cq-server (\S+)\n\n/.exec(text) ?? [];
  if (!heading || !version) throw new Error('release/schema.graphql does not begin with "# cq-server VERSION"');
  return { version, sdl: text.slice(heading.length) };
}

export const breakingChanges = (root: string): NamedChange[] => readChanges(breakingChangesFile(root));

export function readChanges(file: string): NamedChange[] {
  const named = parse(readFileSync(file, 'utf8')) ?? [];
  if (!Array.isArray(named) || named.some((each) => typeof each?.change !== 'string'))
    throw new Error('release/breaking-changes.yml has to be a list of changes, each with a reason');
  return named;
}

/** What the last tag of a release before this version says that the schema was, as the server prints it; null where there is none. Needs git and its history. */
export function lastTagged(root: string, version: string): LastRelease | null {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e8 }).trim();
  const tags = git('tag', '--list', 'v[0-9]*', '--merged', 'HEAD', '--sort=-v:refname').split('\n');
  // what was tried out before a release is none
  const tag = tags.find((name) => isRelease(name.slice(1)) && name !== `v${version}`);
  if (tag === undefined) return null;
  const files = git('ls-tree', '--name-only', tag, 'schema/')
    .split('\n')
    .filter((file) => file.endsWith('.graphql'));
  const subjects = files.sort().map((file) => git('show', `${tag}:${file}`));
  return { version: tag.slice(1), sdl: mergedTypeDefs(subjects) };
}
