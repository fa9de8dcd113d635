import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { temporaryFolder } from './process.ts';

const read = (CQ_DATABASE_URL: string) => readConfig({ CQ_DATABASE_URL }).database;

describe('a URL of SQLite', () => {
  it.for<[url: string, file: string, lockTimeoutMs?: number]>([
    ['sqlite:///data/cq.db', 'data/cq.db'],
    ['sqlite:////data/cq.db', '/data/cq.db'],
    ['sqlite+pysqlite:////data/cq.db', '/data/cq.db'],
    ['sqlite+aiosqlite:////data/cq.db', '/data/cq.db'],
    ['SQLite:///cq.db', 'cq.db'],
    ['sqlite://', ':memory:'],
    ['sqlite:///', ':memory:'],
    ['sqlite:///:memory:', ':memory:'],
    ['sqlite:///?timeout=1', ':memory:', 1000],
    ['sqlite:////data/cq.db?timeout=30', '/data/cq.db', 30_000],
    ['sqlite:////data/cq.db?timeout=0.5&check_same_thread=false', '/data/cq.db', 500],
    ['sqlite:////data/cq.db?isolation_level=IMMEDIATE&detect_types=3&cached_statements=9', '/data/cq.db'],
    ['sqlite:////no/a%20b%3F.db', '/no/a b?.db'],
    ['sqlite:////no/100%.db', '/no/100%.db'],
    ['sqlite:////no/a+b@c#d.db', '/no/a+b@c#d.db'],
    ['sqlite:///file:/data/cq.db?uri=true', '/data/cq.db'],
    ['sqlite:///file:///data/cq.db?uri=true&mode=rwc&cache=private&timeout=2', '/data/cq.db', 2000],
    ['sqlite:///file://localhost/data/a%20b.db?uri=1', '/data/a b.db'],
    ['sqlite:///file:cq.db?uri=true&nolock=0&immutable=0', 'cq.db'],
    ['sqlite:///file::memory:?uri=true&cache=shared', ':memory:'],
    ['sqlite:///file:name?uri=true&mode=memory&cache=shared', ':memory:'],
    ['sqlite:////data/cq.db?uri=true', '/data/cq.db'],
    ['sqlite:///file:cq.db?uri=false', 'file:cq.db'],
  ])('is read: %s', ([url, file, lockTimeoutMs]) => {
    expect(read(url)).toEqual({
      engine: 'sqlite',
      variable: 'CQ_DATABASE_URL',
      file,
      label: file,
      ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    });
  });

  it.for<[url: string, sentence: RegExp]>([
    ['sqlite:////data/cq.db?timeouts=30', /the parameter "timeouts" of a SQLite file is not supported; timeout, uri/],
    ['sqlite:////data/what?.db', /the parameter "\.db" .*name a file with a \? in its name by CQ_DB_PATH/],
    ['sqlite:////data/cq.db?mode=ro', /"mode" .*mode goes with uri=true/],
    ['sqlite:////data/cq.db?timeout=soon', /timeout must be seconds, from 0 to 3600, got "soon"/],
    ['sqlite:////data/cq.db?timeout=3601', /timeout must be seconds/],
    ['sqlite:////data/cq.db?timeout=-1', /timeout must be seconds/],
    ['sqlite:////data/cq.db?timeout=', /timeout must be seconds/],
    ['sqlite:////data/cq.db?check_same_thread=maybe', /check_same_thread must be true or false/],
    ['sqlite:////data/cq.db?isolation_level=DEFERRED', /isolation_level must be IMMEDIATE/],
    ['sqlite:////data/cq.db?cached_statements=x', /cached_statements must be a whole number/],
    ['sqlite:///file:/no/cq.db?uri=true&mode=ro', /mode must be rw, rwc or memory/],
    ['sqlite:///file:/no/cq.db?uri=true&mode=rw', /mode=rw, and the file \/no\/cq\.db is not there/],
    ['sqlite:///file:/no/cq.db?uri=true&cache=shared', /cache=shared is supported in memory only/],
    ['sqlite:///file:/no/cq.db?uri=true&immutable=1', /immutable must be 0/],
    ['sqlite:///file:/no/cq.db?uri=true&nolock=1', /nolock must be 0/],
    ['sqlite:///file:/no/cq.db?uri=true&vfs=unix', /the parameter "vfs"/],
    ['sqlite:///file://host/cq.db?uri=true', /names no host other than localhost/],
    ['sqlite://host/cq.db', /names no file/],
    ['sqlite:cq.db', /names no file/],
    ['sqlite+pysqlcipher:///cq.db', /the scheme sqlite\+pysqlcipher: is not supported/],
  ])('is refused by name: %s', ([url, sentence]) => expect(() => read(url)).toThrow(sentence));

  it('names the file of the name as it stands, if there is one', () => {
    using folder = temporaryFolder();
    mkdirSync(folder.file('a%20b'));
    writeFileSync(folder.file('a%20b/c%41.db'), '');
    expect(read(`sqlite:///${folder.file('a%20b/c%41.db')}`)).toMatchObject({ file: folder.file('a%20b/c%41.db') });
    expect(read(`sqlite:///${folder.file('d%41.db')}`)).toMatchObject({ file: folder.file('dA.db') });
  });

  it('ends before the line break that a file or a secret ends with', () => {
    expect(read('sqlite:////data/cq.db\r\n')).toMatchObject({ file: '/data/cq.db' });
    expect(() => readConfig({ CQ_DB_PATH: '/data/cq.db\n' })).toThrow('CQ_DB_PATH must be a path without line breaks');
  });

  it('has no part in a file that CQ_DB_PATH names', () => {
    expect(readConfig({ CQ_DB_PATH: '/data/what?timeout=1' }).database).toMatchObject({ file: '/data/what?timeout=1' });
  });
});
