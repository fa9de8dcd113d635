import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../src/config/config.ts';
import { type PostgresAddress, type PostgresConfig, warningsOf } from '../src/config/database.ts';
import { passwordIn } from '../src/config/passfile.ts';
import { run, temporaryFolder } from './process.ts';

const read = (url: string, environment: Record<string, string>) =>
  readConfig({ CQ_DATABASE_URL: url, ...environment }).database as PostgresConfig;

describe('libpq’s variables', () => {
  const all = {
    PGHOST: 'one,two',
    PGPORT: '5433,5434',
    PGUSER: 'ada',
    PGPASSWORD: 'hush',
    PGDATABASE: 'commons',
    PGAPPNAME: 'mine',
    PGOPTIONS: '-c search_path=cq',
    PGCONNECT_TIMEOUT: '7',
    PGTARGETSESSIONATTRS: 'read-write',
    PGLOADBALANCEHOSTS: 'random',
    PGCHANNELBINDING: 'require',
    PGSSLMODE: 'require',
    PGSSLNEGOTIATION: 'direct',
    PGSSLSNI: '0',
    PGSSLMINPROTOCOLVERSION: 'TLSv1.3',
    PGSSLMAXPROTOCOLVERSION: 'TLSv1.3',
    PGGSSENCMODE: 'disable',
    PGTZ: 'Asia/Kolkata',
    PGCLIENTENCODING: 'latin1',
  };

  it('say what a URL leaves open', () => {
    const { primary, label } = read('postgresql://', all);
    expect(primary).toEqual({
      hosts: [
        { host: 'one', address: undefined, port: 5433, password: 'hush' },
        { host: 'two', address: undefined, port: 5434, password: 'hush' },
      ],
      targetSessionAttrs: 'read-write',
      inRandomOrder: true,
      user: 'ada',
      database: 'commons',
      tls: {
        mode: 'require',
        direct: true,
        verify: 'nothing',
        sni: false,
        context: { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
      },
      channelBinding: 'require',
      applicationName: 'mine',
      options: '-c search_path=cq',
      connectTimeoutMs: 7000,
      keepAliveMs: 0,
    } satisfies PostgresAddress);
    expect(label).toBe('postgresql://ada@one:5433,two:5434/commons');
  });

  it('say nothing that the URL says', () => {
    const url =
      'postgresql://bob:other@h:1/db?application_name=a&sslmode=disable&sslnegotiation=postgres&connect_timeout=1';
    expect(read(url, all).primary).toMatchObject({
      hosts: [{ host: 'h', port: 1, password: 'other' }],
      user: 'bob',
      database: 'db',
      applicationName: 'a',
      connectTimeoutMs: 1000,
      tls: { mode: 'disable' },
    });
  });

  it('say nothing where the database is a file', () => {
    expect(readConfig(all).database).toMatchObject({ engine: 'sqlite' });
    expect(readConfig({ PGSERVICE: 'main', CQ_DATABASE_URL: 'sqlite://' }).database).toMatchObject({
      file: ':memory:',
    });
  });

  it.for<[variable: string, value: string, sentence: RegExp]>([
    ['PGSERVICE', 'hush', /^PGSERVICE is not supported/],
    ['PGREQUIREAUTH', 'hush', /^PGREQUIREAUTH is not supported/],
    ['PGSSLMODE', 'no-verify', /^PGSSLMODE must be prefer, .*got "no-verify"/],
    ['PGPORT', 'hush', /^PGPORT must be a whole number/],
    ['PGHOSTADDR', 'hush', /^PGHOSTADDR must hold IP addresses/],
    ['PGSSLROOTCERT', '/no/such/file', /^PGSSLROOTCERT cannot be read: ENOENT/],
    ['PGSSLROOTCERT', import.meta.filename, /^PGSSLROOTCERT holds nothing in PEM/],
  ])('are refused by name: %s=%s', ([variable, value, sentence]) => {
    const reading = () => read('postgresql://u@/db', { [variable]: value });
    expect(reading).toThrow(sentence);
    expect(reading).not.toThrow(/hush/);
  });
});

describe('a password file', () => {
  const text = [
    '# a comment:1:*:*:no',
    'broken line',
    'h:5432:db:ada:first',
    'h:*:db:*:any\\:port\\\\',
    '\\*:5432:db:ada:not everybody',
    '10.0.0.1:5432:a\\:b:ada:colon',
    '::1:5432:db:ada:no such host, since its colons are not escaped',
    '\\:\\:1:5432:db:ada:six',
    'localhost:5432:db:ada:socket:more',
    'empty:5432:db:ada:',
    '*:*:*:bob:p:rest',
  ].join('\r\n');

  it.for<[host: string, port: number, database: string, user: string, password: string | undefined]>([
    ['h', 5432, 'db', 'ada', 'first'],
    ['h', 5433, 'db', 'eve', 'any:port\\'],
    ['10.0.0.1', 5432, 'a:b', 'ada', 'colon'],
    ['::1', 5432, 'db', 'ada', 'six'],
    ['localhost', 5432, 'db', 'ada', 'socket'],
    ['*', 5432, 'db', 'ada', 'not everybody'],
    ['other', 5432, 'db', 'ada', undefined],
    ['empty', 5432, 'db', 'ada', undefined],
    ['other', 1, 'x', 'bob', 'p'],
    ['# a comment', 1, 'x', 'y', undefined],
  ])('has for %s:%i:%s:%s the password %s', ([host, port, database, user, password]) =>
    expect(passwordIn(text, { host, port, database, user })).toBe(password),
  );

  const lines = 'one:5432:db:ada:hush1\ntwo:5433:db:ada:hush2\nlocalhost:5432:db:ada:hush3\n';
  const passwordsOf = ({ primary }: PostgresConfig) => primary.hosts.map(({ password }) => password);

  it('gives each host its own, where neither URL nor variable has one', () => {
    using folder = temporaryFolder();
    const HOME = folder.file('.');
    writeFileSync(folder.file('.pgpass'), lines, { mode: 0o600 });
    writeFileSync(folder.file('other'), 'one:5432:db:ada:hush4\n', { mode: 0o600 });
    const url = 'postgresql://ada@one,two:5433,three/db';
    expect(passwordsOf(read(url, { HOME }))).toEqual(['hush1', 'hush2', undefined]);
    expect(passwordsOf(read('postgresql://ada:@one/db', { HOME }))).toEqual(['hush1']);
    expect(passwordsOf(read('postgresql://ada:p@one/db', { HOME }))).toEqual(['p']);
    expect(passwordsOf(read('postgresql://ada@one/db', { HOME, PGPASSWORD: 'q' }))).toEqual(['q']);
    expect(passwordsOf(read(url, { HOME, PGPASSFILE: folder.file('other') }))).toEqual(['hush4', undefined, undefined]);
    expect(passwordsOf(read(`postgresql://ada@one/db?passfile=${folder.file('other')}`, { HOME }))).toEqual(['hush4']);
    expect(passwordsOf(read('postgresql://ada@/db?host=/var/run/postgresql', { HOME }))).toEqual(['hush3']);
    expect(passwordsOf(read(url, { HOME: folder.file('none') }))).toEqual([undefined, undefined, undefined]);
  });

  it('that others can read is ignored, and warned of by check-config', async () => {
    using folder = temporaryFolder();
    const file = folder.file('.pgpass');
    writeFileSync(file, lines);
    chmodSync(file, 0o640);
    const environment = { CQ_DATABASE_URL: 'postgresql://ada@one/db', HOME: folder.file('.') };
    const config = readConfig(environment);
    expect(passwordsOf(config.database as PostgresConfig)).toEqual([undefined]);
    const warning = `The password file ${file} can be read by others and is ignored: chmod 0600 ${file}`;
    expect(warningsOf(config.database)).toEqual([warning]);
    expect(JSON.stringify(describeConfig(config))).not.toContain('hush');
    const secrets = { CQ_JWT_SECRET: 's'.repeat(32), CQ_API_KEY_PEPPER: 's'.repeat(32) };
    const outcome = await run(['check-config'], { ...environment, ...secrets });
    expect(outcome).toMatchObject({ code: 0, stderr: `cq-server: ${warning}\n` });
  });
});
