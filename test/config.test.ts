import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../src/config.ts';
import { problemsOf } from './config-problems.ts';
import { temporaryFolder } from './process.ts';

describe('the configuration', () => {
  it('has a default for everything, also for what is empty', () => {
    const standard = readConfig({});
    expect(standard).toEqual({
      database: { engine: 'sqlite', file: './data/cq.db', label: './data/cq.db' },
      migrate: true,
      jwtSecret: null,
      apiKeyPepper: null,
      host: '127.0.0.1',
      port: 3000,
      shutdownDelayMs: 0,
      publicRead: true,
      introspection: true,
      playground: true,
      mcp: true,
      nodeName: null,
      publicUrl: null,
      rateLimit: 60_000,
      maxQueryCost: 5000,
      maxBodyBytes: 262_144,
      maxAnswerBytes: 4_194_304,
      trustProxy: 0,
      corsOrigin: '*',
      logLevel: 'info',
      embedding: null,
    });
    expect(readConfig({ CQ_PORT: '', CQ_DATABASE_URL: '', CQ_JWT_SECRET: '', CQ_PUBLIC_READ: '' })).toEqual(standard);
  });

  it.for([
    ['CQ_PORT', 'http', 'CQ_PORT must be a whole number, got "http".'],
    ['CQ_PORT', '65536', 'CQ_PORT must be from 0 to 65535, got 65536.'],
    ['CQ_PUBLIC_READ', 'yes', 'CQ_PUBLIC_READ must be "on" or "off", got "yes".'],
    ['CQ_LOG_LEVEL', 'loud', 'CQ_LOG_LEVEL must be fatal, error, warn, info, debug or silent, got "loud".'],
    ['CQ_MAX_QUERY_COST', '1', 'CQ_MAX_QUERY_COST must be from 50 to 1000000, got 1.'],
    ['CQ_NODE_NAME', 'x'.repeat(201), 'CQ_NODE_NAME must be at most 200 characters.'],
    [
      'CQ_PUBLIC_URL',
      'cq.example.com',
      'CQ_PUBLIC_URL must be an http or https URL such as https://cq.example.com, got "cq.example.com".',
    ],
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
  });
});
