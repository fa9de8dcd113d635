import pg from 'pg';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import { searchSettings } from './vectors.ts';

export type Setting = readonly [name: string, value: string];

/** Session settings that results depend on, whatever the defaults of the database or the role are. Nothing replaces them. */
export const requiredSettings: readonly Setting[] = [
  ['timezone', 'UTC'],
  ['datestyle', 'ISO, MDY'],
  ['extra_float_digits', '1'],
  ['standard_conforming_strings', 'on'],
  // invariants are protected by row locks, which wait; stricter isolation levels would fail with serialization errors
  ['default_transaction_isolation', 'read committed'],
];

/** Session settings that the URL's `options` may replace. */
const preferredSettings = (config: PostgresConfig): Setting[] => [
  // compiling a statement takes longer than running any of ours
  ['jit', 'off'],
  ['statement_timeout', String(config.statementTimeoutMs)],
  ['lock_timeout', String(config.lockTimeoutMs)],
  ['idle_in_transaction_session_timeout', String(config.idleTransactionTimeoutMs)],
];

/** Settings of pgvector; without it they are placeholders without effect. */
const vectorSettings: readonly Setting[] = searchSettings.map((setting) => setting.split('=') as unknown as Setting);

/** A setting without effect, which says that a startup packet's `options` have arrived: poolers may drop them. */
export const arrived: Setting = ['cq.options', 'on'];

const searchPath = ({ schema }: PostgresConfig): Setting[] =>
  schema === undefined ? [] : [['search_path', pg.escapeIdentifier(schema)]];

/** What hosted poolers read in `options` to find the database: Neon's `endpoint` or `project`, Supavisor's `reference`. */
const routingWord = /^(endpoint|project|reference)=/;

/** The words of `options` that are for a hosted pooler, and no settings. */
export const routingOptions = ({ options }: PostgresAddress): string =>
  wordsOf(options)
    .filter((word) => routingWord.test(word))
    .join(' ');

/** All session settings as the `options` of a startup packet. */
export function startupOptions({ options }: PostgresAddress, config: PostgresConfig): string {
  const before = [...preferredSettings(config), ...vectorSettings].map(toOption);
  const behind = [...searchPath(config), ...requiredSettings, arrived].map(toOption);
  return [...before, options.trim(), ...behind].filter((option) => option !== '').join(' ');
}

const toOption = ([name, value]: Setting) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`;

/** Whether the `options` of an address let its sessions write nothing. */
export const isReadOnly = ({ options }: PostgresAddress): boolean =>
  /\bdefault_transaction_read_only=(on|true|yes|1)\b/i.test(options);

/** The statements that begin a transaction with its settings, for connections whose sessions are not ours. */
export interface TransactionSettings {
  readonly begin: string;
  /** Sets all of them, for this transaction only. */
  readonly set: string;
}

/**
 * The same settings for single transactions. Without a schema, whatever the role and the database have as `search_path`;
 * `vectors` is the version of pgvector, if it is there. Throws an Error for `options` that only a startup packet can hold.
 */
export function transactionSettings(
  { options }: PostgresAddress,
  config: PostgresConfig,
  { schema, vectors }: { readonly schema: string | null; readonly vectors: string | null },
): TransactionSettings {
  const settings = new Map([
    ...preferredSettings(config),
    ...supportedBy(vectors),
    ...readOptions(options),
    ...(schema === null ? searchPath(config) : searchPath({ ...config, schema })),
    ...requiredSettings,
  ]);
  const readOnly = /^(on|true|yes|1)$/i.test(settings.get('default_transaction_read_only') ?? '');
  const reset = settings.has('search_path')
    ? []
    : [`set_config('search_path', (select reset_val from pg_settings where name = 'search_path'), true)`];
  const set = [...settings]
    .filter(([name]) => !name.startsWith('default_transaction_'))
    .map(([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`);
  return {
    begin: `begin isolation level ${settings.get('default_transaction_isolation')}${readOnly ? ' read only' : ''}`,
    set: `select ${[...reset, ...set].join(', ')}`,
  };
}

/** A session that has loaded the extension refuses settings that its version does not know. */
function supportedBy(version: string | null): readonly Setting[] {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === null) return [];
  // iterative scans are of 0.8
  return major > 0 || minor >= 8 ? vectorSettings : vectorSettings.filter(([name]) => name === 'hnsw.ef_search');
}

/**
 * The settings in `options`, as PostgreSQL reads them: `-c name=value` and `--name=value`, with a backslash before a space that
 * belongs to a value; without the words that are for a hosted pooler.
 */
export function readOptions(options: string): Setting[] {
  const words = wordsOf(options)
    .filter((word) => !routingWord.test(word))
    .map((word) => word.replace(/\\(.)/gs, '$1'));
  const settings: Setting[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const text = word === '-c' ? words[++at] : /^(?:-c|--)(.+)$/s.exec(word)?.[1];
    const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text ?? '') ?? [];
    if (name === undefined || value === undefined)
      throw new Error(`${JSON.stringify(word)} in its options is no setting of the form -c name=value`);
    settings.push([name.toLowerCase().replaceAll('-', '_'), value]);
  }
  return settings;
}

const wordsOf = (options: string): readonly string[] => options.match(/(?:\\.|[^\s\\])+/gs) ?? [];
