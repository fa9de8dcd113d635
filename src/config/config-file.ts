import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, Scalar } from 'yaml';
import { TooLongError } from '../errors.ts';
import { readBounded } from './bounded-file.ts';
import { ConfigError } from './config.ts';
import type { Configured } from './configured.ts';
import { mayHoldSecret } from './settings.ts';
import type { Environment } from './value-schemas.ts';
import { isOnOff, isUnknown, listVariables, nearestVariable, variables } from './variables.ts';

/** A configuration has some thousand bytes; more is another file. */
const maxBytes = 65_536;

/** Variables that say one thing together: where the environment has one of them, none of the file's counts. */
const oneSetting: readonly (readonly string[])[] = Object.keys(variables)
  .filter((name) => name.endsWith('_FILE'))
  .map((name) => [name.replace(/_FILE$/, ''), name]);

/** Of the file's database, which the one of an environment with only `CQ_DB_PATH` replaces. */
const databaseByUrl = [
  'CQ_DATABASE_URL',
  'CQ_DATABASE_SCHEMA',
  'CQ_DATABASE_MIGRATION_URL',
  'CQ_DATABASE_REPLICA_URLS',
];

/** Messages of the parser that repeat what stands in the file, which may be a secret. */
const repeatsSource =
  /^(UNEXPECTED_TOKEN|TAG_RESOLVE_FAILED|BAD_DQ_ESCAPE|BAD_DIRECTIVE|BAD_ALIAS|RESOURCE_EXHAUSTION)$/;

interface Entry {
  readonly value: string;
  readonly line: number;
}

/**
 * Adds the variables in the YAML file that `CQ_CONFIG` names to those of the environment, which go before them. Throws `ConfigError`
 * with a line for each problem, with the file and the line in it, and without values that may be secrets.
 */
export function withConfigFile(environment: Environment): Configured {
  const path = environment.CQ_CONFIG ?? '';
  const { text, readable } = readText(path);
  const { entries, warnings } = parse(path, text);
  const isSet = (name: string) => environment[name] !== undefined && environment[name] !== '';
  const isReplaced = (name: string) =>
    (oneSetting.find((names) => names.includes(name)) ?? [name]).some(isSet) ||
    (databaseByUrl.includes(name) && isSet('CQ_DB_PATH') && !isSet('CQ_DATABASE_URL'));
  const given = [...entries].filter(([, { value }]) => value !== '');
  const counting = given.filter(([name]) => !isReplaced(name));
  const at = ([name, { line }]: readonly [string, Entry]) => [name, placeOf(path, line)] as const;
  const secrets = given.filter(([name, { value }]) => mayHoldSecret(name, value)).map(([name]) => name);
  if (readable && secrets.length > 0)
    warnings.push(
      `${path} can be read by every user of this machine, and has secrets in it (${secrets.join(', ')}): chmod o-rwx ${path}`,
    );
  return {
    environment: {
      ...environment,
      ...Object.fromEntries(counting.map(([name, { value }]) => [name, value])),
    },
    origins: new Map(counting.map(at)),
    replaced: new Map(given.filter(([name]) => isReplaced(name)).map(at)),
    warnings,
  };
}

/** What of a key may be a name: a line NAME=value that stands in quotes is a key as a whole. */
const nameOf = (key: string) => /^[^\s=:]{0,100}/.exec(key)?.[0] ?? '';

const placeOf = (path: string, line: number) => `${path}, line ${line}`;

/** The text of a file, which may be a pipe, and whether everybody may read it. */
function readText(path: string): { readonly text: string; readonly readable: boolean } {
  let file: ReturnType<typeof readBounded>;
  try {
    file = readBounded(path, maxBytes);
  } catch (error) {
    if (error instanceof TooLongError) throw new ConfigError(`CQ_CONFIG (${path}) has more than ${maxBytes} bytes.`);
    throw new ConfigError(`CQ_CONFIG cannot be read: ${(error as Error).message}.`);
  }
  const { bytes, stats } = file;
  // on Windows the mode does not say who may read
  const readable = process.platform !== 'win32' && stats.isFile() && (stats.mode & 0o004) !== 0;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), readable };
  } catch {
    throw new ConfigError(`CQ_CONFIG (${path}) is not in UTF-8.`);
  }
}

interface Parsed {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly warnings: string[];
}

function parse(path: string, text: string): Parsed {
  const lines = new LineCounter();
  const lineOf = (node: unknown) => lines.linePos((node as { range?: [number] } | null)?.range?.[0] ?? 0).line;
  // the names are compared here: the library's own comparison takes quadratic time
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, version: '1.2' } as const;
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, options);
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`CQ_CONFIG (${path}) is nested too deeply.`);
    throw error;
  }
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    throw new ConfigError(
      broken
        .slice(0, 5)
        .map(({ pos, code, message }) => {
          const { line, col } = lines.linePos(pos[0]);
          return `${placeOf(path, line)}, column ${col}, is not YAML: ${repeatsSource.test(code) ? code : message}.`;
        })
        .join('\n'),
    );
  const entries = new Map<string, Entry>();
  const warnings: string[] = [];
  const problems: string[] = [];
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null))
    throw new ConfigError(`CQ_CONFIG (${path}) must be variables with their values, such as CQ_PORT: 3000.`);
  for (const { key, value } of isMap(contents) ? (contents.items as Pair[]) : []) {
    const line = lineOf(key);
    const name = isScalar(key) ? key.value : null;
    if (typeof name !== 'string') {
      problems.push(`${placeOf(path, line)}: the name of a variable must stand there, such as CQ_PORT.`);
      continue;
    }
    const before = entries.get(name);
    if (before) problems.push(`${name} (${placeOf(path, line)}) is in line ${before.line} already: keep one.`);
    if (name === 'CQ_CONFIG')
      problems.push(`${name} (${placeOf(path, line)}) names the file itself, and cannot stand in one.`);
    else if (isUnknown(name))
      warnings.push(
        `${JSON.stringify(nameOf(name))} in ${placeOf(path, line)}, is not a variable of this server and is ignored; did you mean ${nearestVariable(name)}?`,
      );
    else {
      const read = textAt(name, value);
      if (typeof read === 'string') entries.set(name, { value: read, line });
      else problems.push(`${name} (${placeOf(path, lineOf(value))}) ${read.problem}.`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return { entries, warnings };
}

/** A value as the variable would have it. */
function textAt(name: string, node: unknown): string | { readonly problem: string } {
  if (isAlias(node)) return { problem: 'is an alias (*), which is not supported: write the value' };
  if (isMap(node)) return { problem: 'must be one value, and is a mapping' };
  if (isSeq(node)) {
    if (!listVariables.includes(name)) return { problem: 'must be one value, and is a list' };
    if (node.items.length === 0) return { problem: 'is an empty list: leave it out, or name something' };
    const items = node.items.map((item) => (isScalar(item) && item.value !== null ? textOf(name, item) : null));
    if (items.some((item) => item === null || item === ''))
      return { problem: 'must be a list of texts, none of them empty' };
    // a comma in the URL of a database separates hosts, not URLs
    if (name !== 'CQ_DATABASE_REPLICA_URLS' && items.some((item) => item?.includes(',')))
      return { problem: 'has a comma in an item, which would make two of it' };
    return items.join(',');
  }
  return isScalar(node) ? textOf(name, node) : '';
}

function textOf(name: string, { value, source, type }: Scalar): string {
  if (value === null) return '';
  // what YAML 1.1 writes as on and off, some programs write as true and false
  if (typeof value === 'boolean' && isOnOff(name)) return value ? 'on' : 'off';
  // as it is written, so that no digit of a long number is lost
  if (typeof value !== 'string') return source ?? String(value);
  // as of a file: a block ends with a line break that nobody means
  return type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED ? value.replace(/\r?\n$/, '') : value;
}
