import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../src/config/config.ts';
import { type PostgresConfig, secretsFile } from '../src/config/database.ts';
import { sqliteDatabase } from '../src/config/database-url.ts';
import { temporaryFolder } from './process.ts';

const read = (url: string, others: Record<string, string> = {}) =>
  readConfig({ CQ_DATABASE_URL: url, ...others }).database as PostgresConfig;
const refusal = (url: string, others: Record<string, string> = {}) => {
  try {
    read(url, others);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('a URL of PostgreSQL', () => {
  it.for<[string, object]>([
    ['postgres://h/db', { host: 'h', port: 5432, user: undefined, password: undefined, database: 'db', tls: false }],
    ['postgresql://u:p@h:6000/db', { host: 'h', port: 6000, user: 'u', password: 'p', database: 'db' }],
    ['postgresql+psycopg://u@h/db', { host: 'h', user: 'u', password: undefined, database: 'db' }],
    ['POSTGRES://h/db', { host: 'h', database: 'db' }],
    ['postgresql://u%40x:p%40%3A%2F%25@h/my%20db', { user: 'u@x', password: 'p@:/%', database: 'my db' }],
    ['postgresql://[::1]:5433/db', { host: '::1', port: 5433 }],
    ['postgresql:///db?host=/run/postgresql&port=5434', { host: '/run/postgresql', port: 5434, database: 'db' }],
    ['postgresql://h/db?port=65535&connect_timeout=3600', { port: 65_535, connectTimeoutMs: 3_600_000 }],
    ['postgresql://h/db?application_name=mine&connect_timeout=3', { applicationName: 'mine', connectTimeoutMs: 3000 }],
    ['postgresql://h/db?options=-c%20search_path%3Dcq', { options: '-c search_path=cq' }],
    ['postgresql://h/db?sslmode=disable', { tls: false }],
    ['postgresql://h/db?sslmode=require', { tls: { rejectUnauthorized: false } }],
    [
      'postgresql://h/db?sslmode=verify-ca',
      { tls: { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) } },
    ],
    ['postgresql://h/db?sslmode=verify-full', { tls: { rejectUnauthorized: true } }],
  ])('is read: %s', ([url, expected]) => expect(read(url).primary).toMatchObject(expected));

  it('names the files that TLS needs', () => {
    using folder = temporaryFolder();
    for (const name of ['ca', 'cert', 'key']) writeFileSync(folder.file(name), `the ${name}`);
    const files = `sslrootcert=${folder.file('ca')}&sslcert=${folder.file('cert')}&sslkey=${folder.file('key')}`;
    const contents = { ca: 'the ca', cert: 'the cert', key: 'the key' };
    expect(read(`postgresql://h/db?${files}`).primary.tls).toEqual({ rejectUnauthorized: true, ...contents });
    expect(read(`postgresql://h/db?sslmode=require&${files}`).primary.tls).toMatchObject(contents);
    expect(refusal(`postgresql://h/db?sslrootcert=${folder.file('none')}`)).toMatch(
      /sslrootcert cannot be read: ENOENT/,
    );
  });
});

describe('a URL that cannot be used', () => {
  it.for<[string, RegExp, Record<string, string>?]>([
    ['mysql://user:hush@secrethost/db', /the scheme mysql: is not supported/],
    ['postgresql://user:hush@secrethost:99999/db', /./],
    ['postgresql://user:hush@secrethost/db?port=99999', /port must be a whole number up to 65535/],
    ['postgresql://user:hush@secrethost/db?port=x', /port must be a whole number/],
    ['postgresql://user:hush@secrethost/db?sslmode=prefer', /sslmode must be disable, require.*got "prefer"/],
    ['postgresql://user:hush@secrethost/db?sslmod=require', /the parameter sslmod is not supported/],
    ['postgresql://user:hush@secrethost/db?connect_timeout=soon', /connect_timeout must be a whole number/],
    ['postgresql://user:hush@secrethost/db?port=65536', /port must be a whole number up to 65535/],
    ['postgresql://user:hush@secrethost/db?connect_timeout=3601', /connect_timeout must be a whole number up to 3600/],
    ['postgresql://user:hush%zz@secrethost/db', /percent-encoded/],
    ['postgresql://user:hush/@secrethost/db', /./],
    ['user:hush@secrethost/db', /./],
    [
      'sqlite:///hush.db',
      /CQ_DATABASE_REPLICA_URLS goes with/,
      { CQ_DATABASE_REPLICA_URLS: 'postgresql://user:hush@secrethost/db' },
    ],
    ['', /CQ_DATABASE_REPLICA_URLS goes with/, { CQ_DATABASE_REPLICA_URLS: 'postgresql://user:hush@secrethost/db' }],
    [
      'postgresql://h/db',
      /CQ_DATABASE_REPLICA_URLS must name PostgreSQL/,
      { CQ_DATABASE_REPLICA_URLS: 'mysql://user:hush@secrethost/db' },
    ],
  ])('is refused, and nothing of it repeated: %s', ([url, message, others]) => {
    const said = refusal(url, others);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/hush|secrethost/);
  });
});

it('is shown without its passwords, nor those of replicas and services', () => {
  const config = readConfig({
    CQ_DATABASE_URL: 'postgresql://ada:hush1@h/db?options=-c%20search_path%3Dcq',
    CQ_DATABASE_REPLICA_URLS: 'postgresql://ada:hush2@one/db, postgresql://ada:hush3@two/db',
    CQ_JWT_SECRET: 'hush4'.repeat(8),
    CQ_API_KEY_PEPPER: 'hush5'.repeat(8),
    CQ_EMBEDDING_PROVIDER: 'openai',
    CQ_EMBEDDING_URL: 'http://127.0.0.1:9/v1',
    CQ_EMBEDDING_MODEL: 'm',
    CQ_EMBEDDING_KEY: 'hush6',
  });
  expect((config.database as PostgresConfig).replicas.map(({ host, password }) => [host, password])).toEqual([
    ['one', 'hush2'],
    ['two', 'hush3'],
  ]);
  const shown = JSON.stringify(describeConfig(config));
  expect(shown).toContain('postgresql://ada@h:5432/db');
  expect(shown).not.toContain('hush');
});

it('has secrets beside it where it is a file, and nowhere else', () => {
  expect(secretsFile(sqliteDatabase('data/cq.db'))).toBe(join('data', 'cq.secrets.json'));
  expect(secretsFile(sqliteDatabase(':memory:'))).toBeNull();
  expect(secretsFile(read('postgresql://h/db'))).toBeNull();
});
