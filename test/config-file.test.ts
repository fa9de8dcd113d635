import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config/config.ts';
import { withConfigFile } from '../src/config/config-file.ts';
import { sourcesOf } from '../src/config/configured.ts';
import { isOnOff, listVariables, variables } from '../src/config/variables.ts';
import { temporaryFolder } from './process.ts';

/** What a file and an environment make, with `cq.yaml` for the path. */
function configured(text: string | Buffer, environment: Record<string, string> = {}) {
  using folder = temporaryFolder();
  const path = folder.file('cq.yaml');
  writeFileSync(path, text, { mode: 0o600 });
  const found = withConfigFile({ ...environment, CQ_CONFIG: path });
  const short = (texts: ReadonlyMap<string, string>) =>
    Object.fromEntries([...texts].map(([name, place]) => [name, place.replace(path, 'cq.yaml')]));
  return {
    ...found,
    values: Object.fromEntries(Object.entries(found.environment).filter(([name]) => name !== 'CQ_CONFIG')),
    origins: short(found.origins),
    replaced: short(found.replaced),
    warnings: found.warnings.map((warning) => warning.replaceAll(path, 'cq.yaml')),
    config: () => readConfig(found.environment, found.origins),
    sources: () => sourcesOf(Object.keys(variables), found),
  };
}

/** What is said of a file, with the configuration read. */
function problems(text: string | Buffer, environment: Record<string, string> = {}): string {
  try {
    configured(text, environment).config();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replace(/[^ (]*cq\.yaml/g, 'cq.yaml');
  }
  return '';
}

describe('a file of variables', () => {
  it('has values as the variables would', () => {
    const text = [
      'CQ_PORT: 3000',
      'CQ_DUPLICATE_THRESHOLD: 0.90',
      'CQ_JWT_SECRET: 12345678901234567890123456789012345678',
      'CQ_API_KEY_PEPPER: |',
      '  a block of text',
      'CQ_PUBLIC_READ: off',
      'CQ_WEB: false',
      '"CQ_MCP": true',
      'CQ_NODE_NAME: null',
      'CQ_HOST:',
      'CQ_STALE_AFTER: "90d" # a comment',
      'CQ_CORS_ORIGIN: [https://a.example, "https://b.example"]',
      'CQ_WEBHOOK_NETWORKS:',
      '  - 10.0.0.0/8',
      '  - fd00::/8',
    ].join('\n');
    expect(configured(text).values).toEqual({
      CQ_PORT: '3000',
      CQ_DUPLICATE_THRESHOLD: '0.90',
      CQ_JWT_SECRET: '12345678901234567890123456789012345678',
      CQ_API_KEY_PEPPER: 'a block of text',
      CQ_PUBLIC_READ: 'off',
      CQ_WEB: 'off',
      CQ_MCP: 'on',
      CQ_STALE_AFTER: '90d',
      CQ_CORS_ORIGIN: 'https://a.example,https://b.example',
      CQ_WEBHOOK_NETWORKS: '10.0.0.0/8,fd00::/8',
    });
  });

  it('takes every variable that has a default, as it is written in the documentation', () => {
    const standards = Object.entries(variables).flatMap(([name, form]) => {
      const value = form.safeParse(undefined).data;
      return typeof value === 'number' || typeof value === 'boolean' ? [[name, value] as const] : [];
    });
    expect(standards.length).toBeGreaterThan(25);
    // weights and thresholds go with a provider
    const text = standards.map(([name, value]) => `${name}: ${value}\n`).join('');
    expect(configured(`${text}CQ_EMBEDDING_PROVIDER: hash`).config().port).toBe(3000);
  });

  it('takes lists of what is separated by commas', () => {
    expect(listVariables.filter((name) => !(name in variables))).toEqual([]);
    const secrets = configured('CQ_JWT_SECRET_PREVIOUS: [a, b]\nCQ_API_KEY_PEPPER_PREVIOUS:\n- c').config();
    expect([secrets.previousJwtSecrets, secrets.previousApiKeyPeppers]).toEqual([['a', 'b'], ['c']]);
    const { database } = configured(`
CQ_DATABASE_URL: postgresql://a/db
CQ_DATABASE_REPLICA_URLS:
  - postgresql://one,two/db
  - postgresql://three/db`).config();
    expect(database.engine === 'postgres' && database.replicas.map(({ hosts }) => hosts.length)).toEqual([2, 1]);
  });

  it('knows which variables are switches', () => {
    expect(['CQ_WEB', 'CQ_MIGRATE', 'CQ_WEBHOOK_HTTP'].filter((name) => !isOnOff(name))).toEqual([]);
    expect(['CQ_JWT_SECRET', 'CQ_NODE_NAME', 'CQ_PORT', 'CQ_STALE_AFTER', 'NONE'].filter(isOnOff)).toEqual([]);
  });

  it.for(['', '\n', '# nothing', '---\n', 'null', '\ufeff', '{}'])('may be empty: %j', (text) =>
    expect(configured(text).values).toEqual({}),
  );

  it('is replaced by the environment, and says so', () => {
    const found = configured('CQ_PORT: 1000\nCQ_HOST: ::1\nCQ_WEB: off', {
      CQ_PORT: '2000',
      CQ_HOST: '',
      CQ_MCP: 'off',
    });
    expect(found.config()).toMatchObject({ port: 2000, host: '::1', web: false, mcp: false });
    expect([found.origins, found.replaced]).toEqual([
      { CQ_HOST: 'cq.yaml, line 2', CQ_WEB: 'cq.yaml, line 3' },
      { CQ_PORT: 'cq.yaml, line 1' },
    ]);
    expect(found.sources()).toEqual({
      CQ_CONFIG: 'environment',
      CQ_HOST: expect.stringMatching(/cq\.yaml, line 2$/),
      CQ_PORT: expect.stringMatching(/^environment, before .*cq\.yaml, line 1$/),
      CQ_WEB: expect.stringMatching(/cq\.yaml, line 3$/),
      CQ_MCP: 'environment',
    });
  });

  it('is replaced in what two variables say together', () => {
    const file = 'CQ_JWT_SECRET_FILE: /none\nCQ_API_KEY_PEPPER: hush';
    const found = configured(file, { CQ_JWT_SECRET: 'one', CQ_API_KEY_PEPPER_FILE: '' });
    expect(found.config()).toMatchObject({ jwtSecret: 'one', apiKeyPepper: 'hush' });
    for (const name of Object.keys(variables).filter((other) => other.endsWith('_FILE')))
      expect(configured(`${name}: /none`, { [name.slice(0, -'_FILE'.length)]: 'one' }).values[name]).toBeUndefined();
    const database = 'CQ_DATABASE_URL: postgresql://production/cq\nCQ_DATABASE_SCHEMA: cq';
    expect(configured(database, { CQ_DB_PATH: 'mine.db' }).config().database.label).toBe('mine.db');
    expect(configured('CQ_DB_PATH: theirs.db', { CQ_DATABASE_URL: 'sqlite:///mine.db' }).config().database.label).toBe(
      'mine.db',
    );
  });

  it.for([
    ['CQ_WEB: off\nCQ_PORT: http', 'CQ_PORT (cq.yaml, line 2) must be a whole number, got "http".'],
    ['CQ_PORT: 0x10', 'CQ_PORT (cq.yaml, line 1) must be a whole number, got "0x10".'],
    ['CQ_PORT: true', 'CQ_PORT (cq.yaml, line 1) must be a whole number, got "true".'],
    ['CQ_PORT:\n  - 1', 'CQ_PORT (cq.yaml, line 2) must be one value, and is a list.'],
    ['\nCQ_HOST:\n  name: a', 'CQ_HOST (cq.yaml, line 3) must be one value, and is a mapping.'],
    ['CQ_CORS_ORIGIN: []', 'CQ_CORS_ORIGIN (cq.yaml, line 1) is an empty list: leave it out, or name something.'],
    ['CQ_CORS_ORIGIN: [[a]]', 'CQ_CORS_ORIGIN (cq.yaml, line 1) must be a list of texts, none of them empty.'],
    [
      'CQ_JWT_SECRET_PREVIOUS: ["hush,hush"]',
      'CQ_JWT_SECRET_PREVIOUS (cq.yaml, line 1) has a comma in an item, which would make two of it.',
    ],
    [
      'CQ_DATABASE_URL: mysql://hush@host/db',
      'CQ_DATABASE_URL (cq.yaml, line 1): the scheme mysql: is not supported; sqlite:, postgres: and postgresql: are, also with +pysqlite, +aiosqlite, +psycopg, +psycopg2 or +asyncpg.',
    ],
    ['CQ_PORT: 1\nCQ_WEB: on\nCQ_PORT: 2', 'CQ_PORT (cq.yaml, line 3) is in line 1 already: keep one.'],
    ['CQ_CONFIG: x.yaml', 'CQ_CONFIG (cq.yaml, line 1) names the file itself, and cannot stand in one.'],
    ['- CQ_PORT', 'CQ_CONFIG (cq.yaml) must be variables with their values, such as CQ_PORT: 3000.'],
    ['CQ_PORT=3000', 'CQ_CONFIG (cq.yaml) must be variables with their values, such as CQ_PORT: 3000.'],
    ['3000: CQ_PORT', 'cq.yaml, line 1: the name of a variable must stand there, such as CQ_PORT.'],
    [
      'CQ_HOST: &a x\nCQ_NODE_NAME: *a',
      'CQ_NODE_NAME (cq.yaml, line 2) is an alias (*), which is not supported: write the value.',
    ],
    ['CQ_JWT_SECRET: "hush', `cq.yaml, line 1, column 21, is not YAML: Missing closing "quote.`],
    ['CQ_JWT_SECRET: hush: hush', /^cq\.yaml, line 1, column \d+, is not YAML: [^\n]+\.$/],
    ['CQ_JWT_SECRET: |hush\n  x', 'cq.yaml, line 1, column 17, is not YAML: UNEXPECTED_TOKEN.'],
    ['CQ_JWT_SECRET: !hush x', 'cq.yaml, line 1, column 16, is not YAML: TAG_RESOLVE_FAILED.'],
    ['CQ_PORT: 1\n---\nCQ_PORT: 2', /is not YAML: Source contains multiple documents/],
    ['\tCQ_PORT: 1', /^cq\.yaml, line 1, column 1, is not YAML: Tabs are not allowed/],
  ] as const)('is refused with the name, the line and the file: %j', ([text, message]) => {
    const said = problems(text);
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
    expect(said).not.toContain('hush');
  });

  it('is refused with all that is wrong at once', () => {
    expect(problems('CQ_PORT: x\nCQ_WEB: maybe\nCQ_HOST: a b').split('\n')).toHaveLength(3);
    expect(problems('CQ_PORT: [1]\nCQ_WEB: {}').split('\n')).toHaveLength(2);
    // of a variable of the environment there is no line
    expect(problems('CQ_WEB: maybe\nCQ_PORT: 1', { CQ_PORT: 'x' })).toBe(
      'CQ_PORT must be a whole number, got "x".\nCQ_WEB (cq.yaml, line 1) must be "on" or "off", got "maybe".',
    );
  });

  it('is read in a bounded time, whatever is in it', () => {
    const begun = performance.now();
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let at = 1; at < 20; at++) {
      const [name, before] = [String.fromCharCode(97 + at), String.fromCharCode(96 + at)];
      bomb.push(`${name}: &${name} [${`*${before},`.repeat(9)}]`);
    }
    expect(configured(bomb.join('\n')).warnings).toHaveLength(20);
    const many = Array.from({ length: 8000 }, (_, at) => `k${at}: `).join('\n');
    expect(configured(many).warnings).toHaveLength(8000);
    for (const text of ['{'.repeat(60_000), '- '.repeat(30_000), 'a: '.repeat(20_000), '!!binary '.repeat(7000)])
      expect(problems(text)).not.toBe('');
    // some hundred milliseconds of it
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  it('that is none is refused', () => {
    expect(problems('['.repeat(60_000))).toMatch(/is not YAML|nested too deeply/);
    expect(problems('x'.repeat(65_537))).toBe('CQ_CONFIG (cq.yaml) has more than 65536 bytes.');
    expect(problems(Buffer.from([0x43, 0xff]))).toBe('CQ_CONFIG (cq.yaml) is not in UTF-8.');
    using folder = temporaryFolder();
    mkdirSync(folder.file('folder'));
    const refused = (path: string) => () => withConfigFile({ CQ_CONFIG: folder.file(path) });
    expect(refused('none.yaml')).toThrow(/^CQ_CONFIG cannot be read: ENOENT.*none\.yaml/);
    expect(refused('folder')).toThrow(/^CQ_CONFIG cannot be read: EISDIR/);
  });

  it('has warnings of what is no variable, without the value', () => {
    const { warnings } = configured('PORT: hush\ncq_web: hush\nCQ_JWT_SECERT: hush\nCQ_ADDR: hush');
    expect(warnings).toEqual([
      '"PORT" in cq.yaml, line 1, is not a variable of this server and is ignored; did you mean CQ_PORT?',
      '"cq_web" in cq.yaml, line 2, is not a variable of this server and is ignored; did you mean CQ_WEB?',
      '"CQ_JWT_SECERT" in cq.yaml, line 3, is not a variable of this server and is ignored; did you mean CQ_JWT_SECRET?',
    ]);
    expect(configured('"CQ_JWT_SECERT=hush": hush').warnings).toEqual([warnings[2]?.replace('line 3', 'line 1')]);
  });

  it.skipIf(process.platform === 'win32')('has a warning where everybody may read secrets in it', () => {
    using folder = temporaryFolder();
    const warnings = (text: string, mode: number) => {
      writeFileSync(folder.file('cq.yaml'), text);
      chmodSync(folder.file('cq.yaml'), mode);
      return withConfigFile({ CQ_CONFIG: folder.file('cq.yaml') }).warnings;
    };
    const secret = 'CQ_JWT_SECRET: hush\nCQ_DATABASE_URL: postgresql://cq:hush@host/cq\nCQ_PORT: 1';
    expect(warnings(secret, 0o644)).toEqual([
      expect.stringMatching(/cq\.yaml can be read by every user .* \(CQ_JWT_SECRET, CQ_DATABASE_URL\): chmod o-rwx /),
    ]);
    expect(warnings(secret, 0o640)).toEqual([]);
    const none = 'CQ_DATABASE_URL: postgresql://cq@host/cq\nCQ_JWT_SECRET_FILE: x\nCQ_JWT_SECRET:';
    expect(warnings(none, 0o644)).toEqual([]);
  });

  it('is the one of the documentation', () => {
    const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');
    const example = /<!-- file: cq\.yaml -->\s*```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const secrets = { CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };
    const found = configured(example, secrets);
    expect(found.warnings).toEqual([]);
    expect(found.config()).toMatchObject({
      database: { engine: 'postgres', label: 'postgresql://cq@db.example.com:5432/cq' },
      publicRead: false,
      staleAfterDays: 90,
      corsOrigin: ['https://app.example.com', 'https://docs.example.com'],
    });
    const lists = page.slice(page.indexOf('may be YAML lists'), page.indexOf('`true` and `false`'));
    expect(lists.match(/CQ_[A-Z_]+/g)?.toSorted()).toEqual(listVariables.toSorted());
  });
});
