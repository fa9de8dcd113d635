import { userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../src/config/config.ts';
import { type PostgresAddress, type PostgresConfig, secretsFile } from '../src/config/database.ts';
import { sqliteDatabase } from '../src/config/sqlite-url.ts';

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

const hostsOf = ({ hosts }: PostgresAddress) => hosts.map(({ host, port }) => `${host} ${port}`);

describe('a URL of PostgreSQL', () => {
  const socket = '/cloudsql/project:region:instance';
  it.for<[url: string, hosts: readonly string[], others?: Partial<PostgresAddress>]>([
    ['postgres://h/db', ['h 5432'], { user: userInfo().username, database: 'db', options: '', keepAliveMs: 0 }],
    ['postgresql://u:p@h:6000/db', ['h 6000'], { user: 'u', database: 'db' }],
    ['postgresql+psycopg://u@h/db', ['h 5432'], { user: 'u' }],
    ['postgresql+psycopg2://u@h/db', ['h 5432'], { user: 'u' }],
    ['postgresql+asyncpg://u@h/db?timeout=3', ['h 5432'], { user: 'u', connectTimeoutMs: 3000 }],
    ['POSTGRES://h/db', ['h 5432'], { database: 'db' }],
    [' postgresql://h/db\n', ['h 5432'], { database: 'db' }],
    ['postgresql://u%40x@h/my%20db', ['h 5432'], { user: 'u@x', database: 'my db' }],
    ['postgresql://cq@h', ['h 5432'], { user: 'cq', database: 'cq' }],
    ['postgresql://u:p@?dbname=db&host=h', ['h 5432'], { database: 'db' }],
    ['postgresql://h/?user=u@x&password=p&dbname=db', ['h 5432'], { user: 'u@x', database: 'db' }],
    ['postgresql://u@h/one?dbname=two', ['h 5432'], { database: 'two' }],
    ['postgresql://[::1]:5433/db', ['::1 5433']],
    ['postgresql://[::1],[fe80::1%25eth0]:5433/db', ['::1 5432', 'fe80::1%eth0 5433']],
    ['postgresql:///db?host=/run/postgresql&port=5434', ['/run/postgresql 5434']],
    [`postgresql://u:p@/db?host=${socket}`, [`${socket} 5432`]],
    [`postgresql://u:p@/db?host=${encodeURIComponent(socket)}`, [`${socket} 5432`]],
    [`postgresql://u:p@${encodeURIComponent(socket)}/db`, [`${socket} 5432`]],
    [`postgresql+psycopg://u:p@/db?host=${socket}&port=5433`, [`${socket} 5433`]],
    ['postgresql://h1:5432,h2:5433/db', ['h1 5432', 'h2 5433']],
    ['postgresql://h1,h2:5433,h3/db', ['h1 5432', 'h2 5433', 'h3 5432']],
    ['postgresql:///db?host=h1,h2&port=5433', ['h1 5433', 'h2 5433']],
    ['postgresql:///db?host=h1,h2&port=5433,5434', ['h1 5433', 'h2 5434']],
    ['postgresql+psycopg2://u:p@/db?host=h1:5433&host=h2:5434', ['h1 5433', 'h2 5434']],
    ['postgresql+psycopg2://u:p@/db?host=h1:5433', ['h1 5433']],
    ['postgresql+asyncpg://u:p@/db?host=h1&host=h2', ['h1 5432', 'h2 5432']],
    ['postgresql://name/db?hostaddr=127.0.0.1', ['name 5432']],
    ['postgresql:///db?hostaddr=127.0.0.1,127.0.0.2&port=1,2', ['127.0.0.1 1', '127.0.0.2 2']],
    ['postgresql://h/db?port=65535&connect_timeout=3600', ['h 65535'], { connectTimeoutMs: 3_600_000 }],
    ['postgresql://h/db?application_name=mine', ['h 5432'], { applicationName: 'mine' }],
    ['postgresql://h/db?fallback_application_name=other', ['h 5432'], { applicationName: 'other' }],
    ['postgresql://h/db?options=-c%20search_path%3Dcq', ['h 5432'], { options: '-c search_path=cq' }],
    ['postgresql://h/db?options=-c search_path=cq', ['h 5432'], { options: '-c search_path=cq' }],
    ['postgresql://h/db?options=-c+search_path%3Dcq', ['h 5432'], { options: '-c search_path=cq' }],
    ['postgresql+psycopg://h/db?options=-c+search_path%3Dcq', ['h 5432'], { options: '-c search_path=cq' }],
    ['postgresql://h/db?application_name=a+b', ['h 5432'], { applicationName: 'a+b' }],
    ['postgresql+psycopg://h/db?application_name=a+b', ['h 5432'], { applicationName: 'a b' }],
    ['postgresql://h/db?target_session_attrs=read-write', ['h 5432'], { targetSessionAttrs: 'read-write' }],
    ['postgresql://h/db?load_balance_hosts=random', ['h 5432'], { inRandomOrder: true }],
    ['postgresql://h/db?channel_binding=require', ['h 5432'], { channelBinding: 'require' }],
    ['postgresql://h/db?keepalives=0', ['h 5432'], { keepAliveMs: null }],
    ['postgresql://h/db?keepalives=1&keepalives_idle=30', ['h 5432'], { keepAliveMs: 30_000 }],
    ['postgresql://h/db?gssencmode=disable&sslcompression=0&client_encoding=utf8', ['h 5432']],
  ])('is read: %s', ([url, hosts, others = {}]) => {
    const { primary } = read(url);
    expect(hostsOf(primary)).toEqual(hosts);
    expect(primary).toMatchObject(others);
  });

  it.for<[url: string, password: string | undefined]>([
    ['postgresql://u@h/db', undefined],
    ['postgresql://u:@h/db', undefined],
    ['postgresql://u:p@h/db', 'p'],
    ['postgresql://u:p%40%3A%2F%25@h/db', 'p@:/%'],
    ['postgresql://u:p?a#b:c@d@h/db', 'p?a#b:c@d'],
    ['postgresql+psycopg://u:p/a?b@h/db', 'p/a?b'],
    ['postgresql://u@h/db?password=p+a@b=c', 'p+a@b=c'],
    ['postgresql+psycopg://u@h/db?password=p+a', 'p a'],
    ['postgresql://u:one@h/db?password=two', 'two'],
  ])('has the password that libpq or SQLAlchemy finds in %s', ([url, password]) =>
    expect(read(url).primary.hosts).toMatchObject([{ host: 'h', password }]),
  );
});

describe('a URL that cannot be used', () => {
  it.for<[string, RegExp, Record<string, string>?]>([
    ['mysql://user:hush@secrethost/db', /the scheme mysql: is not supported/],
    ['postgresql://user:hush@secrethost:99999/db', /./],
    ['postgresql://user:hush@secrethost/db?port=99999', /port must be a whole number up to 65535/],
    ['postgresql://user:hush@secrethost/db?port=x', /port must be a whole number/],
    ['postgresql://user:hush@secrethost/db?sslmode=on', /: sslmode must be prefer, disable.*got "on"/],
    ['postgresql://user:hush@secrethost/db?service=main', /the parameter service is not supported/],
    ['postgresql://user:hush@secrethost/db?gssencmode=require', /: gssencmode must be prefer or disable/],
    ['postgresql://user:hush@secrethost/db?client_encoding=latin1', /: client_encoding must be UTF8/],
    ['postgresql://user:hush@secrethost/db?port=1,2', /: port must name one port, or as many as there are hosts: 1/],
    ['postgresql://user:hush@secrethost:1,secret:2/db?host=h', /: port must name one port, or as many as.*hosts: 1/],
    ['postgresql://user:hush@secrethost/db?hostaddr=secret', /: hostaddr must hold IP addresses/],
    ['postgresql://user:hush@secrethost,b/db?hostaddr=::1', /: hostaddr must name as many addresses/],
    [
      'postgresql+asyncpg://user:hush@secrethost/db?prepared_statement_cache_size=0',
      /prepared_statement_cache_size is/,
    ],
    ['postgresql+psycopg://user:hush@secrethost/db?prepare_threshold=0', /the parameter prepare_threshold is not/],
    ['postgresql+pg8000://user:hush@secrethost/db', /the scheme postgresql\+pg8000: is not supported/],
    ['postgresql://user:hu/sh@secrethost/db', /are written as %2F/],
    ['postgresql://user:12/x?hush=1@secrethost/db', /are written as %2F/],
    ['postgresql://user:hush@secrethost:1:2/db', /names a host that cannot be read/],
    ['postgresql://user:hush@[secrethost/db', /names a host that cannot be read/],
    ['postgresql://user:hush%00@secrethost/db', /holds %00/],
    ['postgresql://user:hush@secrethost/db?sslmode', /a parameter without a value/],
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
  expect((config.database as PostgresConfig).replicas.map(({ hosts }) => hosts)).toMatchObject([
    [{ host: 'one', password: 'hush2' }],
    [{ host: 'two', password: 'hush3' }],
  ]);
  const shown = JSON.stringify(describeConfig(config));
  expect(shown).toContain('postgresql://ada@h:5432/db');
  expect(shown).not.toContain('hush');
});

it('repeats no part of a password that is not percent-encoded, wherever it breaks the URL', () => {
  const parts = [
    '/',
    '?',
    '#',
    '@',
    ':',
    '&',
    '=',
    '%',
    '[',
    ']',
    '+',
    ',',
    '.',
    ' ',
    'x',
    '1',
    '%2F',
    'host=',
    'port=',
  ];
  const some = fc.array(fc.constantFrom(...parts), { maxLength: 4 }).map((each) => each.join(''));
  const scheme = fc.constantFrom('postgresql', 'postgres', 'postgresql+psycopg', 'postgresql+asyncpg');
  const query = fc.constantFrom('', '?sslmode=disable', '?host=h');
  fc.assert(
    fc.property(scheme, some, some, query, (name, before, after, rest) => {
      const url = `${name}://odd:${before}hush${after}@db.example:5432/cq${rest}`;
      expect(refusal(url) || read(url).label).not.toContain('hush');
    }),
    { numRuns: 1000 },
  );
});

it.for([
  ['one,two', '', true],
  ['one,two', '?target_session_attrs=any', true],
  ['one,two', '?target_session_attrs=read-write', false],
  ['one,two', '?target_session_attrs=primary', false],
  ['one', '', false],
] as const)('warns of a standby that may be taken for the primary: %s%s', ([hosts, parameters, warns]) => {
  const { warnings } = read(`postgresql://u:hush@${hosts}/db${parameters}`);
  const sentence = /^CQ_DATABASE_URL names several hosts without target_session_attrs=read-write: /;
  expect(warnings).toEqual(warns ? [expect.stringMatching(sentence)] : []);
});

it('has replicas with several hosts each, which commas separate too', () => {
  const CQ_DATABASE_REPLICA_URLS = ' postgresql://one:1,two:2/db , postgres://u@[::1],four/db,,';
  const { replicas } = read('postgresql://h/db', { CQ_DATABASE_REPLICA_URLS });
  expect(replicas.map(hostsOf)).toEqual([
    ['one 1', 'two 2'],
    ['::1 5432', 'four 5432'],
  ]);
});

it.for([
  ['postgresql://u:hush@one,two:2/db', 'postgresql://u@one:5432,two:2/db'],
  ['postgresql://u:hush@[::1]/db', 'postgresql://u@[::1]:5432/db'],
  ['postgresql://u:hush@/db?host=/run/postgresql', 'postgresql://u@/run/postgresql:5432/db'],
  ['postgresql://h/?user=u&password=hush&dbname=db', 'postgresql://u@h:5432/db'],
])('is shown for %s as %s', ([url = '', label]) => expect(read(url).label).toBe(label));

it('has secrets beside it where it is a file, and nowhere else', () => {
  expect(secretsFile(sqliteDatabase('data/cq.db'))).toBe(join('data', 'cq.secrets.json'));
  expect(secretsFile(sqliteDatabase(':memory:'))).toBeNull();
  expect(secretsFile(read('postgresql://h/db'))).toBeNull();
});
