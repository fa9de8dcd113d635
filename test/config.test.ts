import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../src/config/config.ts';
import { unknownVariables } from '../src/config/variables.ts';
import { problemsOf } from './config-problems.ts';
import { temporaryFolder } from './process.ts';

describe('the configuration', () => {
  it('takes previous secrets, from a variable or from a file', () => {
    using folder = temporaryFolder();
    const file = folder.file('peppers');
    writeFileSync(file, 'hush, one\nhush-two\n');
    const config = readConfig({ CQ_JWT_SECRET_PREVIOUS: 'hush-1,hush-2', CQ_API_KEY_PEPPER_PREVIOUS_FILE: file });
    expect([config.previousJwtSecrets, config.previousApiKeyPeppers]).toEqual([
      ['hush-1', 'hush-2'],
      ['hush, one', 'hush-two'],
    ]);
    expect(describeConfig(config)).toMatchObject({ previousJwtSecrets: 2, previousApiKeyPeppers: 2 });
    expect(JSON.stringify(describeConfig(config))).not.toContain('hush');
    for (const value of ['a,', ',a', 'a, b', ' ', 'a,,b'])
      expect(problemsOf({ CQ_API_KEY_PEPPER_PREVIOUS: value })).toBe(
        'CQ_API_KEY_PEPPER_PREVIOUS must be secrets separated by commas, or by line breaks in a file, with nothing else between them.',
      );
    expect(problemsOf({ CQ_JWT_SECRET_PREVIOUS: 'a,b,c,d,e,hush' })).toBe(
      'CQ_JWT_SECRET_PREVIOUS must have at most 5 secrets, got 6.',
    );
    expect(problemsOf({ CQ_JWT_SECRET_PREVIOUS: 'a', CQ_JWT_SECRET_PREVIOUS_FILE: file })).toContain('keep one');
  });

  it('serves metrics at a port of their own, or behind a token', () => {
    using folder = temporaryFolder();
    const file = folder.file('token');
    writeFileSync(file, 'hush\n');
    const metrics = (given: Record<string, string>) => readConfig(given).metrics;
    expect(metrics({ CQ_METRICS_PORT: '9464' })).toEqual({ listen: { host: '127.0.0.1', port: 9464 }, token: null });
    expect(metrics({ CQ_METRICS_PORT: '0', CQ_PORT: '0', CQ_HOST: '::1' })?.listen).toEqual({ host: '::1', port: 0 });
    expect(metrics({ CQ_METRICS_PORT: '1', CQ_METRICS_HOST: '10.0.0.1' })?.listen?.host).toBe('10.0.0.1');
    expect(metrics({ CQ_METRICS_TOKEN: 'hush' })).toEqual({ listen: null, token: 'hush' });
    expect(metrics({ CQ_METRICS_TOKEN_FILE: file })).toEqual({ listen: null, token: 'hush' });
    const shown = describeConfig(readConfig({ CQ_METRICS_TOKEN: 'hush' }));
    expect(shown).toMatchObject({ metrics: { token: 'set' } });
    expect(JSON.stringify(shown)).not.toContain('hush');
    expect(readConfig({ CQ_METRICS_TOKEN: 'hush' }).settings.plain).not.toHaveProperty('CQ_METRICS_TOKEN');
    expect(problemsOf({ CQ_METRICS_HOST: '::' })).toBe('CQ_METRICS_HOST goes with CQ_METRICS_PORT: set it too.');
    expect(problemsOf({ CQ_METRICS_PORT: '3000' })).toBe(
      'CQ_METRICS_PORT must be another one than CQ_PORT, got 3000 for both.',
    );
    expect(problemsOf({ CQ_METRICS_TOKEN: 'hush hush' })).toContain('no spaces');
    expect(problemsOf({ CQ_METRICS_TOKEN: 'hush hush' })).not.toContain('hush hush');
    expect(problemsOf({ CQ_METRICS_TOKEN: 'a', CQ_METRICS_TOKEN_FILE: file })).toContain('keep one');
    expect(problemsOf({ CQ_METRICS_PORT: '70000' })).toBe('CQ_METRICS_PORT must be from 0 to 65535, got 70000.');
  });

  it('has networks that webhooks may be sent to', () => {
    const networks = (value: string) => readConfig({ CQ_WEBHOOK_NETWORKS: value }).webhooks.networks;
    expect(networks('10.0.0.0/8, fd00::/8')).toEqual(['10.0.0.0/8', 'fd00::/8']);
    for (const value of ['10.0.0.0', '10.0.0.0/33', 'localhost', '10.0.0.0/8,', '*'])
      expect(problemsOf({ CQ_WEBHOOK_NETWORKS: value })).toMatch(/^CQ_WEBHOOK_NETWORKS must be networks such as/);
  });

  it('keeps the audit log for some days, or for ever', () => {
    const kept = (value: string) => readConfig({ CQ_AUDIT_KEEP: value }).auditKeepDays;
    expect([kept('1d'), kept('3650d'), kept('forever')]).toEqual([1, 3650, null]);
    for (const value of ['0d', '3651d', '1', '1h', '-1d', '1e3d', 'Forever', ' 1d'])
      expect(problemsOf({ CQ_AUDIT_KEEP: value })).toMatch(/^CQ_AUDIT_KEEP must be (days such as 365d|at most 3650d)/);
  });

  it('has a default for everything, also for what is empty', () => {
    const standard = readConfig({});
    expect(standard).toEqual({
      database: { engine: 'sqlite', variable: 'CQ_DB_PATH', file: './data/cq.db', label: './data/cq.db' },
      migrate: true,
      jwtSecret: null,
      apiKeyPepper: null,
      previousJwtSecrets: [],
      previousApiKeyPeppers: [],
      host: '127.0.0.1',
      port: 3000,
      shutdownDelayMs: 0,
      publicRead: true,
      trust: { confirmations: 'every', selfReview: true, repeatCheck: true, secretScan: true },
      staleAfterDays: 180,
      introspection: true,
      playground: true,
      web: true,
      mcp: true,
      metrics: null,
      nodeName: null,
      publicUrl: null,
      rateLimit: 60_000,
      maxQueryCost: 5000,
      maxBodyBytes: 262_144,
      maxAnswerBytes: 4_194_304,
      maxConcurrentRequests: 16,
      maxQueuedRequests: 80,
      queueTimeoutMs: 1000,
      maxLiveConnections: 2000,
      maxLiveConnectionsPerCaller: 50,
      trustProxy: 0,
      trustedDocuments: null,
      corsOrigin: '*',
      logLevel: 'info',
      logFormat: 'auto',
      slowOperationMs: 1000,
      tracing: null,
      embedding: null,
      auditKeepDays: 365,
      webhooks: { http: false, networks: [] },
      settings: { plain: { CQ_DB_PATH: './data/cq.db' }, secret: {} },
    });
    expect(readConfig({ CQ_PORT: '', CQ_DATABASE_URL: '', CQ_JWT_SECRET: '', CQ_PUBLIC_READ: '' })).toEqual(standard);
  });

  it('has a default for everything that only a database of PostgreSQL or embeddings have', () => {
    const { database, embedding } = readConfig({
      CQ_DATABASE_URL: 'postgresql://ada@host/db',
      CQ_EMBEDDING_PROVIDER: 'openai',
      CQ_EMBEDDING_URL: 'http://host/v1/',
      CQ_EMBEDDING_MODEL: 'm',
    });
    expect(database).toEqual({
      engine: 'postgres',
      variable: 'CQ_DATABASE_URL',
      primary: expect.objectContaining({
        hosts: [{ host: 'host', address: undefined, port: 5432, password: undefined }],
        targetSessionAttrs: 'any',
        connectTimeoutMs: undefined,
        tls: expect.objectContaining({ mode: 'prefer', verify: 'nothing' }),
        channelBinding: 'prefer',
      }),
      replicas: [],
      label: 'postgresql://ada@host:5432/db',
      warnings: [],
      poolSize: 10,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 15_000,
      lockTimeoutMs: 5000,
      idleTransactionTimeoutMs: 30_000,
    });
    expect(embedding).toEqual({
      provider: 'openai',
      url: 'http://host/v1',
      model: 'm',
      key: null,
      dimensions: null,
      documentPrefix: '',
      queryPrefix: '',
      batch: 32,
      timeoutMs: 30_000,
      queryTimeoutMs: 400,
      weight: 0.4,
      duplicateThreshold: 0.9,
    });
    expect(readConfig({ CQ_EMBEDDING_PROVIDER: 'hash' }).embedding).toMatchObject({ dimensions: 512, batch: 32 });
  });

  it.for([
    ['CQ_PORT', 'http', 'CQ_PORT must be a whole number, got "http".'],
    ['CQ_PORT', '65536', 'CQ_PORT must be from 0 to 65535, got 65536.'],
    ['CQ_PUBLIC_READ', 'yes', 'CQ_PUBLIC_READ must be "on" or "off", got "yes".'],
    ['CQ_STALE_AFTER', '180', 'CQ_STALE_AFTER must be days such as 180d, or "forever", got "180".'],
    ['CQ_STALE_AFTER', '3651d', 'CQ_STALE_AFTER must be at most 3650d, got 3651d.'],
    ['CQ_CONFIRMATIONS', 'weekly', 'CQ_CONFIRMATIONS must be every, daily or once, got "weekly".'],
    ['CQ_LOG_LEVEL', 'loud', 'CQ_LOG_LEVEL must be fatal, error, warn, info, debug or silent, got "loud".'],
    ['CQ_MAX_QUERY_COST', '1', 'CQ_MAX_QUERY_COST must be from 50 to 1000000, got 1.'],
    ['CQ_NODE_NAME', 'x'.repeat(201), 'CQ_NODE_NAME must be at most 200 characters.'],
    ['CQ_NODE_NAME', '\u200b\u3164', 'CQ_NODE_NAME must have a character that shows.'],
    [
      'CQ_PUBLIC_URL',
      'cq.example.com',
      'CQ_PUBLIC_URL must be an http or https URL such as https://cq.example.com, got "cq.example.com".',
    ],
    ['CQ_LOG_FORMAT', 'text', 'CQ_LOG_FORMAT must be auto, json or pretty, got "text".'],
    [
      'CQ_DATABASE_URL',
      'cq.db',
      'CQ_DATABASE_URL must be a URL such as sqlite:///path/to/cq.db or postgresql://user:password@host/database.',
    ],
    [
      'CQ_DATABASE_URL',
      'sqlite://cq.db',
      'CQ_DATABASE_URL names no file: sqlite:///relative.db or sqlite:////absolute.db.',
    ],
  ] as const)('refuses %s=%s', ([name, value, message]) => expect(problemsOf({ [name]: value })).toBe(message));

  it('names everything that is wrong at once', () => {
    expect(problemsOf({ CQ_PORT: 'x', CQ_PUBLIC_READ: 'x', CQ_DATABASE_URL: 'x' }).split('\n')).toHaveLength(3);
  });

  it('takes the URL before the path, as SQLAlchemy reads it', () => {
    const file = (CQ_DATABASE_URL: string) => readConfig({ CQ_DATABASE_URL, CQ_DB_PATH: 'other.db' }).database.label;
    expect(file('sqlite:///a/cq.db')).toBe('a/cq.db');
    expect(file('sqlite:////a/cq.db')).toBe('/a/cq.db');
  });

  it('refuses other databases by name, and never repeats a URL', () => {
    const message = problemsOf({ CQ_DATABASE_URL: 'mysql://user:hush@host/db' });
    expect(message).toContain('the scheme mysql: is not supported');
    expect(message).not.toMatch(/hush|user|host/);
  });

  it('reads secrets from files, and shows none', () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('jwt'), 'hush-one\r\n');
    writeFileSync(folder.file('pepper'), 'hush-two');
    writeFileSync(folder.file('empty'), '\n');
    const files = { CQ_JWT_SECRET_FILE: folder.file('jwt'), CQ_API_KEY_PEPPER_FILE: folder.file('pepper') };
    const config = readConfig(files);
    expect([config.jwtSecret, config.apiKeyPepper]).toEqual(['hush-one', 'hush-two']);
    expect(JSON.stringify(describeConfig(config))).not.toContain('hush');
    expect(problemsOf({ ...files, CQ_JWT_SECRET: 'x' })).toBe(
      'CQ_JWT_SECRET and CQ_JWT_SECRET_FILE are both set; keep one.',
    );
    expect(problemsOf({ ...files, CQ_JWT_SECRET_FILE: folder.file('none') })).toMatch(
      /^CQ_JWT_SECRET_FILE cannot be read: ENOENT/,
    );
    expect(problemsOf({ ...files, CQ_JWT_SECRET_FILE: folder.file('empty') })).toMatch(/^CQ_JWT_SECRET_FILE is empty/);
    // as /dev/zero, which has no end
    writeFileSync(folder.file('endless'), 'x'.repeat(65_537));
    expect(problemsOf({ ...files, CQ_JWT_SECRET_FILE: folder.file('endless') })).toBe(
      'CQ_JWT_SECRET_FILE cannot be read: it has more than 65536 bytes.',
    );
  });
});

describe('CQ_HOST', () => {
  it.for([
    '127.0.0.1',
    '0.0.0.0',
    '::',
    '::1',
    'fe80::1%eth0',
    'localhost',
    'cq.example.com',
    'a',
    'my_host',
    '1host.lan',
    'h.',
  ])('takes %s', (host) => expect(readConfig({ CQ_HOST: host }).host).toBe(host));

  it.for([
    'not a host',
    'a b',
    '[::1]',
    '999.1.1.1',
    '1.2.3',
    'http://cq',
    'cq:3000',
    'cq/',
    '-a',
    'a-',
    'a..b',
    '.',
    '*',
    'x'.repeat(64),
    ':::',
  ])('refuses %s', (host) =>
    expect(problemsOf({ CQ_HOST: host })).toBe(
      `CQ_HOST must be an IP address or a host name such as 0.0.0.0, ::1 or localhost, got ${JSON.stringify(host)}.`,
    ),
  );
});

describe('CQ_CORS_ORIGIN', () => {
  it.for([
    ['*', '*'],
    [' * ', '*'],
    ['https://app.example', ['https://app.example']],
    ['https://a.example,http://localhost:5173', ['https://a.example', 'http://localhost:5173']],
    ['https://a.example , https://b.example', ['https://a.example', 'https://b.example']],
    ['HTTPS://App.Example:443,https://app.example', ['https://app.example']],
    ['http://[::1]:8080', ['http://[::1]:8080']],
    ['chrome-extension://abcdef', ['chrome-extension://abcdef']],
  ] as const)('takes %s', ([value, origins]) =>
    expect(readConfig({ CQ_CORS_ORIGIN: value }).corsOrigin).toEqual(origins),
  );

  it.for([
    ['https://app.example/', '"https://app.example/" (did you mean "https://app.example"?)'],
    ['https://app.example/path', '"https://app.example/path" (did you mean "https://app.example"?)'],
    ['https://app.example?x', '"https://app.example?x" (did you mean "https://app.example"?)'],
    ['app.example', '"app.example"'],
    ['null', '"null"'],
    ['https://*.example', '"https://*.example"'],
    ['https://a.example,,https://b.example', '""'],
    ['https://a.example https://b.example', '"https://a.example https://b.example"'],
    ['https://mia:hush@a.example', 'one with a user'],
  ])('refuses %s', ([value = '', got]) => {
    const problem = problemsOf({ CQ_CORS_ORIGIN: value });
    expect(problem).toMatch(/^CQ_CORS_ORIGIN must be \* or origins such as /);
    expect(problem.endsWith(`got ${got}.`)).toBe(true);
  });

  it('refuses * beside others', () =>
    expect(problemsOf({ CQ_CORS_ORIGIN: 'https://a.example,*' })).toBe(
      'CQ_CORS_ORIGIN must be * alone, or a list of origins without it.',
    ));
});

describe('a variable that is none of ours', () => {
  it.for([
    ['CQ_HSOT', 'CQ_HOST'],
    ['CQ_JWT_SECERT', 'CQ_JWT_SECRET'],
    ['CQ_DATABASE_URI', 'CQ_DATABASE_URL'],
    ['CQ_PORT_FILE', 'CQ_PORT'],
    ['cq_port', 'CQ_PORT'],
  ])('is warned of with the nearest name, without its value: %s', ([name = '', nearest]) => {
    const warnings = unknownVariables({ [name]: 'hush-hush' });
    expect(warnings).toEqual([`${name} is not a variable of this server and is ignored; did you mean ${nearest}?`]);
  });

  it('causes no warning when it is another program’s, a known form, or empty', () => {
    const names = [
      'CQ_ADDR',
      'CQ_API_KEY',
      'CQ_TIMEOUT',
      'CQ_TEST_POSTGRES_URL',
      'CQ_JWT_SECRET_FILE',
      'CQ_PORT',
      'PATH',
    ];
    expect(unknownVariables(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([]);
    expect(unknownVariables({ CQ_HSOT: '' })).toEqual([]);
  });
});
