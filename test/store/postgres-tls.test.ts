import { execFile } from 'node:child_process';
import { chownSync } from 'node:fs';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tls } from '../../src/config/tls.ts';
import { UnusableDatabaseError } from '../../src/errors.ts';
import { openPool } from '../../src/store/postgres/connection.ts';
import { translateError } from '../../src/store/postgres/driver-errors.ts';
import { startProxy } from '../faults/tcp-proxy.ts';
import { has, lacks, unless } from '../left-out.ts';
import { administer } from '../postgres/administer.ts';
import { serverUser } from '../postgres/binaries.ts';
import { type Authorities, type Certificate, openAuthorities } from '../postgres/certificates.ts';
import { configOf } from '../postgres/databases.ts';
import { type EmbeddedServer, startEmbedded } from '../postgres/embedded.ts';

/** What comes of trying to connect. */
type Outcome = 'encrypted' | 'plain' | 'refused';

type Outcomes = Partial<Record<Tls['mode'], Outcome>>;

const withOpenssl = unless(!has('openssl'), lacks.openssl);

let server: EmbeddedServer;
let port: string;
let folder: Authorities;
let authority: Certificate;
let other: Certificate;
let generation = 0;

beforeAll(async () => {
  if (!has('openssl')) return;
  server = await startEmbedded();
  port = new URL(server.url).port;
  folder = openAuthorities(await serverUser());
  authority = folder.authority('the authority');
  other = folder.authority('another authority');
  await administer(server.url, `create role ada login password 'p'`);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  folder?.[Symbol.dispose]();
});

interface Setup {
  /** The server's; null for none, and no TLS. */
  readonly certificate: Certificate | null;
  /** Lines of pg_hba.conf. */
  readonly rules?: readonly string[];
}

/** Sets up the running server, and waits until it has noticed. */
async function setUp({ certificate, rules = ['host all ada 127.0.0.1/32 password'] }: Setup) {
  const lines = ['host all postgres 127.0.0.1/32 trust', ...rules].join('\n');
  const marker = String(++generation);
  const settings = {
    ssl: certificate ? 'on' : 'off',
    'cq.generation': marker,
    ...(certificate && {
      ssl_cert_file: certificate.certificate,
      ssl_key_file: certificate.key,
      ssl_ca_file: authority.certificate,
    }),
  };
  const { escapeLiteral } = pg;
  const client = new pg.Client(server.url);
  await client.connect();
  const file = (await client.query('show hba_file')).rows[0].hba_file;
  const rows = `select unnest(string_to_array(${escapeLiteral(lines)}, e'\\n'))`;
  await client.query(`copy (${rows}) to ${escapeLiteral(file)}`);
  for (const [name, value] of Object.entries(settings))
    await client.query(`alter system set ${name} = ${escapeLiteral(value)}`);
  await client.query('select pg_reload_conf()');
  await client.end();
  const seen = () => administer<{ seen: string }>(server.url, `select current_setting('cq.generation', true) as seen`);
  while ((await seen())[0]?.seen !== marker);
}

const urlOf = (host: string, parameters: Record<string, string>) =>
  `postgresql://ada:p@${host}:${port}/postgres?${new URLSearchParams({ connect_timeout: '60', ...parameters })}`.replaceAll(
    '+',
    '%20',
  );

const question = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';

async function ours(url: string): Promise<Outcome> {
  return (await tryOurs(url)).outcome;
}

async function tryOurs(url: string): Promise<{ outcome: Outcome; error?: Error }> {
  try {
    const config = configOf(url);
    const pool = openPool(config.primary, config);
    try {
      const { rows } = await pool.query(question);
      return { outcome: rows[0]?.ssl ? 'encrypted' : 'plain' };
    } finally {
      await pool.end();
    }
  } catch (error) {
    return { outcome: 'refused', error: error as Error };
  }
}

async function theirs(url: string): Promise<Outcome> {
  // without the files of a home folder
  const env = { PATH: process.env.PATH, HOME: folder.folder };
  try {
    const { stdout } = await promisify(execFile)('psql', [url, '-XAtc', question], { env });
    return stdout.trim() === 't' ? 'encrypted' : 'plain';
  } catch {
    return 'refused';
  }
}

const both = 'DNS:localhost,IP:127.0.0.1';
const issue = (commonName: string, names?: string) => () => folder.issue(authority, commonName, { names });

const trusted: Outcomes = {
  disable: 'plain',
  allow: 'plain',
  prefer: 'encrypted',
  require: 'encrypted',
  'verify-ca': 'encrypted',
  'verify-full': 'encrypted',
};
const untrusted: Outcomes = {
  ...trusted,
  prefer: 'plain',
  require: 'refused',
  'verify-ca': 'refused',
  'verify-full': 'refused',
};
const named: Outcomes = { 'verify-full': 'encrypted' };
const misnamed: Outcomes = { 'verify-ca': 'encrypted', 'verify-full': 'refused' };

/** What the server shows, and what comes of it by each host and `sslmode`, with the file of the authority. */
const certificates: Record<string, { certificate: () => Certificate | null; hosts: Record<string, Outcomes> }> = {
  'of name and address': { certificate: issue('db', both), hosts: { localhost: trusted, '127.0.0.1': named } },
  'of the name': { certificate: issue('db', 'DNS:localhost'), hosts: { localhost: named, '127.0.0.1': misnamed } },
  'of the address': { certificate: issue('db', 'IP:127.0.0.1'), hosts: { localhost: misnamed, '127.0.0.1': named } },
  'of another address': {
    certificate: issue('127.0.0.1', 'DNS:localhost,IP:127.0.0.2'),
    hosts: { '127.0.0.1': misnamed },
  },
  'of the name as common name': {
    certificate: issue('localhost'),
    hosts: { localhost: named, '127.0.0.1': misnamed },
  },
  'of the address as common name': {
    certificate: issue('127.0.0.1'),
    hosts: { localhost: misnamed, '127.0.0.1': named },
  },
  'of the name as common name beside others': {
    certificate: issue('localhost', 'DNS:db.example'),
    hosts: { localhost: misnamed },
  },
  'of another name': {
    certificate: issue('db', 'DNS:db.example,DNS:*.localhost,IP:192.0.2.1'),
    hosts: { localhost: misnamed, '127.0.0.1': misnamed },
  },
  'of another authority': {
    certificate: () => folder.issue(other, 'db', { names: both }),
    hosts: { localhost: untrusted, '127.0.0.1': { 'verify-full': 'refused' } },
  },
  'that has expired': {
    certificate: () => folder.issue(authority, 'db', { names: both, days: -1 }),
    hosts: { localhost: untrusted },
  },
  'of nobody, since it has no TLS': { certificate: () => null, hosts: { '127.0.0.1': untrusted } },
};

/** By whom connections are tried. */
const programs = [
  { name: 'the server', connect: ours, options: {} },
  { name: 'psql', connect: theirs, options: unless(!has('psql'), lacks.psql) },
];

async function expectOutcomes(
  connect: (url: string) => Promise<Outcome>,
  host: string,
  expected: Outcomes,
  parameters: Record<string, string> = {},
) {
  const pairs = Object.keys(expected).map(async (sslmode) => {
    return [sslmode, await connect(urlOf(host, { sslmode, ...parameters }))];
  });
  expect(Object.fromEntries(await Promise.all(pairs)), host).toEqual(expected);
}

describe.for(Object.entries(certificates))('a certificate %s', withOpenssl, ([, { certificate, hosts }]) => {
  beforeAll(() => setUp({ certificate: certificate() }));

  for (const { name, connect, options } of programs)
    it(`is taken or refused by ${name}`, options, async () => {
      for (const [host, expected] of Object.entries(hosts))
        await expectOutcomes(connect, host, expected, { sslrootcert: authority.certificate });
    });
});

/** A certificate that a client shows, with a key that we may read. */
function shown(by: Certificate, commonName: string) {
  const { certificate: sslcert, key: sslkey } = folder.issue(by, commonName);
  chownSync(sslkey, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  return { sslcert, sslkey };
}

/** What the server asks of a login, and what comes of it. */
const logins: Record<string, { rules: string[]; outcomes: () => [parameters: Record<string, string>, Outcomes][] }> = {
  'with TLS only': {
    rules: ['hostssl all ada 127.0.0.1/32 password'],
    outcomes: () => [
      [{}, { disable: 'refused', allow: 'encrypted', prefer: 'encrypted', require: 'encrypted' }],
      [{ password: 'wrong' }, { disable: 'refused', allow: 'refused', prefer: 'refused' }],
    ],
  },
  'without TLS only': {
    rules: ['hostnossl all ada 127.0.0.1/32 password'],
    outcomes: () => [[{}, { disable: 'plain', allow: 'plain', prefer: 'plain', require: 'refused' }]],
  },
  'with a certificate': {
    rules: ['hostssl all ada 127.0.0.1/32 cert'],
    outcomes: () => {
      const [mine, foreign, bobs] = [shown(authority, 'ada'), shown(other, 'ada'), shown(authority, 'bob')];
      return [
        [{}, { prefer: 'refused', require: 'refused' }],
        [mine, { prefer: 'encrypted', require: 'encrypted', disable: 'refused' }],
        [foreign, { require: 'refused' }],
        [bobs, { require: 'refused' }],
        [{ ...mine, sslkey: foreign.sslkey }, { require: 'refused' }],
      ];
    },
  },
  'with SCRAM': {
    rules: ['host all ada 127.0.0.1/32 scram-sha-256'],
    outcomes: () => [
      // a login that we refuse is not tried in another way
      [
        { channel_binding: 'require' },
        { disable: 'refused', allow: 'refused', prefer: 'encrypted', require: 'encrypted' },
      ],
      [{ channel_binding: 'prefer' }, { disable: 'plain', require: 'encrypted' }],
      [{ channel_binding: 'disable' }, { disable: 'plain', require: 'encrypted' }],
    ],
  },
  'with a password as it is': {
    rules: ['host all ada 127.0.0.1/32 password'],
    outcomes: () => [[{ channel_binding: 'require' }, { disable: 'refused', prefer: 'refused', require: 'refused' }]],
  },
  'without a password': {
    rules: ['host all ada 127.0.0.1/32 trust'],
    outcomes: () => [
      [{ channel_binding: 'require' }, { require: 'refused' }],
      [{ channel_binding: 'prefer' }, { require: 'encrypted' }],
    ],
  },
};

describe.for(Object.entries(logins))('a login %s', withOpenssl, ([, { rules, outcomes }]) => {
  let expected: [Record<string, string>, Outcomes][];
  beforeAll(async () => {
    await setUp({ certificate: folder.issue(authority, 'db', { names: both }), rules });
    expected = outcomes();
  });

  for (const { name, connect, options } of programs)
    it(`succeeds or not for ${name}`, options, async () => {
      for (const [parameters, each] of expected) await expectOutcomes(connect, '127.0.0.1', each, parameters);
    });
});

describe('a server', withOpenssl, () => {
  const sameAs: Record<string, { parameters: () => Record<string, string>; expected: Outcomes; host?: string }> = {
    'without an authority': {
      parameters: () => ({}),
      expected: { ...trusted, 'verify-ca': 'refused', 'verify-full': 'refused' },
    },
    'with its certificate as the authority': {
      parameters: () => ({ sslrootcert: certificate.certificate }),
      expected: { prefer: 'plain', require: 'refused', 'verify-full': 'refused' },
    },
    'by name with its address beside it': {
      host: 'db.example',
      parameters: () => ({ sslrootcert: authority.certificate, hostaddr: '127.0.0.1' }),
      expected: { require: 'encrypted', 'verify-full': 'encrypted' },
    },
    'by another name with its address beside it': {
      host: '192.0.2.1',
      parameters: () => ({ sslrootcert: authority.certificate, hostaddr: '127.0.0.1', sslsni: '0' }),
      expected: { require: 'encrypted', 'verify-full': 'refused' },
    },
    'whose certificate is revoked': {
      parameters: () => ({ sslrootcert: authority.certificate, sslcrl: revoked }),
      expected: { prefer: 'plain', require: 'refused', 'verify-full': 'refused' },
    },
    'that takes newer versions of TLS only': {
      parameters: () => ({ ssl_min_protocol_version: 'TLSv1', ssl_max_protocol_version: 'TLSv1.1' }),
      expected: { prefer: 'plain', require: 'refused' },
    },
    'in an older version of TLS': {
      parameters: () => ({ ssl_max_protocol_version: 'tlsv1.2' }),
      expected: { require: 'encrypted' },
    },
  };
  let certificate: Certificate;
  let revoked: string;

  beforeAll(async () => {
    certificate = folder.issue(authority, 'db', { names: `DNS:db.example,${both}` });
    revoked = folder.revoke(authority, certificate);
    await setUp({ certificate });
  });

  for (const { name, connect, options } of programs)
    it.for(Object.keys(sameAs))(`%s is taken or refused by ${name}`, options, async (what) => {
      const { host = 'localhost', parameters, expected } = sameAs[what] as (typeof sameAs)[string];
      await expectOutcomes(connect, host, expected, parameters());
    });

  it.for<[parameters: () => Record<string, string>, Outcome]>([
    [() => ({}), 'encrypted'],
    [() => ({ sslnegotiation: 'direct', sslmode: 'require' }), 'encrypted'],
    [() => ({ sslrootcert: 'system' }), 'refused'],
    [() => ({ sslrootcert: authority.certificate }), 'encrypted'],
    [() => ({ sslrootcert: other.certificate }), 'refused'],
  ])('is taken or refused as newer versions of libpq do, or we: %#', async ([parameters, expected]) => {
    expect(await ours(urlOf('localhost', parameters()))).toBe(expected);
  });

  it.for([700, 0])('ends a statement when the server no longer answers, with a limit of %d ms', async (limit) => {
    await using proxy = await startProxy();
    const parameters = { sslmode: 'verify-full', sslrootcert: authority.certificate, connect_timeout: '1' };
    const config = configOf(proxy.through(urlOf('127.0.0.1', parameters)), { statementTimeoutMs: limit });
    const pool = openPool(config.primary, config);
    try {
      // without a limit, for longer than it takes to find that another connection is not answered
      await pool.query(`select pg_sleep(${limit === 0 ? 6 : 0})`);
      proxy.cut();
      await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
      proxy.mend();
      expect((await pool.query(question)).rows).toEqual([{ ssl: true }]);
    } finally {
      await pool.end();
    }
  });

  it.for<[host: string, parameters: () => Record<string, string>, sentence: RegExp]>([
    ['127.0.0.1', () => ({ sslmode: 'require', sslrootcert: other.certificate }), /certificate is not trusted/],
    ['localhost', () => ({ sslmode: 'verify-full', sslrootcert: 'system' }), /certificate is not trusted/],
    [
      '127.0.0.1',
      () => ({ sslmode: 'verify-full', sslrootcert: authority.certificate, host: '192.0.2.1', hostaddr: '127.0.0.1' }),
      /certificate is not trusted.*is not of the host "192\.0\.2\.1", but of DNS:db\.example, DNS:localhost, IP Address:127\.0\.0\.1/,
    ],
    ['localhost', () => ({ sslmode: 'disable', channel_binding: 'require' }), /asks for channel binding/],
  ])('that is refused is named in a sentence: %#', async ([host, parameters, sentence]) => {
    const { error } = await tryOurs(urlOf(host, parameters()));
    const translated = translateError(error) as UnusableDatabaseError;
    expect(translated).toBeInstanceOf(UnusableDatabaseError);
    expect(`${translated.advice} ${(translated.cause as Error).message}`).toMatch(sentence);
  });
});
