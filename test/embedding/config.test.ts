import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../config-problems.ts';
import { temporaryFolder } from '../process.ts';

const openai = {
  CQ_EMBEDDING_PROVIDER: 'openai',
  CQ_EMBEDDING_URL: 'http://localhost:11434/v1',
  CQ_EMBEDDING_MODEL: 'nomic-embed-text',
};

describe('the configuration of embeddings', () => {
  it('has a default for all that a service does not need', () => {
    expect(readConfig(openai).embedding).toEqual({
      provider: 'openai',
      url: 'http://localhost:11434/v1',
      model: 'nomic-embed-text',
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
    expect(readConfig({ CQ_EMBEDDING_PROVIDER: 'hash' }).embedding).toEqual({
      provider: 'hash',
      dimensions: 512,
      batch: 32,
      timeoutMs: 30_000,
      queryTimeoutMs: 400,
      weight: 0.2,
      duplicateThreshold: 0.9,
    });
  });

  it('takes a weight for hash too', () => {
    for (const weight of [0, 0.2, 0.4])
      expect(
        readConfig({ CQ_EMBEDDING_PROVIDER: 'hash', CQ_EMBEDDING_WEIGHT: String(weight) }).embedding,
      ).toMatchObject({ weight });
  });

  it('takes everything as it is given', () => {
    expect(
      readConfig({
        CQ_EMBEDDING_PROVIDER: 'encoderfile',
        CQ_EMBEDDING_URL: 'https://vectors.example:8080//',
        CQ_EMBEDDING_MODEL: 'm',
        CQ_EMBEDDING_KEY: 'sk-1',
        CQ_EMBEDDING_DIMENSIONS: '768',
        CQ_EMBEDDING_DOCUMENT_PREFIX: 'passage: ',
        CQ_EMBEDDING_QUERY_PREFIX: 'query: ',
        CQ_EMBEDDING_BATCH: '8',
        CQ_EMBEDDING_TIMEOUT_MS: '1000',
        CQ_EMBEDDING_QUERY_TIMEOUT_MS: '250',
        CQ_EMBEDDING_WEIGHT: '0.55',
        CQ_DUPLICATE_THRESHOLD: '0.85',
      }).embedding,
    ).toEqual({
      provider: 'encoderfile',
      url: 'https://vectors.example:8080',
      model: 'm',
      key: 'sk-1',
      dimensions: 768,
      documentPrefix: 'passage: ',
      queryPrefix: 'query: ',
      batch: 8,
      timeoutMs: 1000,
      queryTimeoutMs: 250,
      weight: 0.55,
      duplicateThreshold: 0.85,
    });
  });

  const form = 'CQ_EMBEDDING_URL must be an http:// or https:// URL without a user, a query or a fragment.';
  it.for([
    [
      'CQ_EMBEDDING_PROVIDER',
      'ollama',
      'CQ_EMBEDDING_PROVIDER must be openai, encoderfile, local or hash, got "ollama".',
    ],
    ['CQ_EMBEDDING_URL', 'localhost:11434', form],
    ['CQ_EMBEDDING_URL', 'ftp://localhost/v1', form],
    ['CQ_EMBEDDING_URL', 'http://me:hush@localhost/v1', form],
    ['CQ_EMBEDDING_URL', 'http://localhost/v1?key=hush', form],
    ['CQ_EMBEDDING_URL', 'http://localhost/v1#hush', form],
    [
      'CQ_EMBEDDING_URL',
      'http://localhost/v1/embeddings/',
      'CQ_EMBEDDING_URL must end before /embeddings, which is added to it.',
    ],
    ['CQ_EMBEDDING_MODEL', 'm'.repeat(201), 'CQ_EMBEDDING_MODEL must be at most 200 characters, got 201.'],
    ['CQ_EMBEDDING_DIMENSIONS', '0', 'CQ_EMBEDDING_DIMENSIONS must be from 1 to 4000, got 0.'],
    ['CQ_EMBEDDING_DIMENSIONS', '4001', 'CQ_EMBEDDING_DIMENSIONS must be from 1 to 4000, got 4001.'],
    [
      'CQ_EMBEDDING_QUERY_PREFIX',
      'q'.repeat(1001),
      'CQ_EMBEDDING_QUERY_PREFIX must be at most 1000 characters, got 1001.',
    ],
    ['CQ_EMBEDDING_BATCH', '2049', 'CQ_EMBEDDING_BATCH must be from 1 to 2048, got 2049.'],
    ['CQ_EMBEDDING_TIMEOUT_MS', '1s', 'CQ_EMBEDDING_TIMEOUT_MS must be a whole number, got "1s".'],
    ['CQ_EMBEDDING_QUERY_TIMEOUT_MS', '9', 'CQ_EMBEDDING_QUERY_TIMEOUT_MS must be from 10 to 60000, got 9.'],
    ['CQ_EMBEDDING_WEIGHT', '1.01', 'CQ_EMBEDDING_WEIGHT must be from 0 to 1, got 1.01.'],
    ['CQ_EMBEDDING_WEIGHT', '20%', 'CQ_EMBEDDING_WEIGHT must be a number such as 0.4, got "20%".'],
    ['CQ_EMBEDDING_KEY', 'hush\nhush', 'CQ_EMBEDDING_KEY must be visible ASCII characters without spaces.'],
  ] as const)('refuses %s=%j', ([name, value, message]) =>
    expect(problemsOf({ ...openai, [name]: value })).toBe(message),
  );

  it.for([
    [{ CQ_EMBEDDING_URL: '' }, 'CQ_EMBEDDING_URL must be set with CQ_EMBEDDING_PROVIDER=openai.'],
    [{ CQ_EMBEDDING_MODEL: '' }, 'CQ_EMBEDDING_MODEL must be set with CQ_EMBEDDING_PROVIDER=openai.'],
    [
      { CQ_EMBEDDING_PROVIDER: 'encoderfile', CQ_EMBEDDING_MODEL: '' },
      'CQ_EMBEDDING_MODEL must be set with CQ_EMBEDDING_PROVIDER=encoderfile.',
    ],
    [
      { CQ_EMBEDDING_PROVIDER: 'encoderfile', CQ_EMBEDDING_URL: 'http://localhost/predict' },
      'CQ_EMBEDDING_URL must end before /predict, which is added to it.',
    ],
    [
      { CQ_EMBEDDING_PROVIDER: 'local', CQ_EMBEDDING_MODEL_DIR: '/models/small' },
      'CQ_EMBEDDING_URL is for a service; CQ_EMBEDDING_PROVIDER=local computes in this process.\n' +
        'CQ_EMBEDDING_MODEL is for a service; CQ_EMBEDDING_PROVIDER=local computes in this process.',
    ],
    [
      { CQ_EMBEDDING_PROVIDER: 'local', CQ_EMBEDDING_URL: '', CQ_EMBEDDING_MODEL: '' },
      'CQ_EMBEDDING_MODEL_DIR must be set with CQ_EMBEDDING_PROVIDER=local.',
    ],
    [
      { CQ_EMBEDDING_MODEL_DIR: '/models/small' },
      'CQ_EMBEDDING_MODEL_DIR is for CQ_EMBEDDING_PROVIDER=local; it is openai.',
    ],
    [
      { CQ_EMBEDDING_PROVIDER: 'hash', CQ_EMBEDDING_URL: '' },
      'CQ_EMBEDDING_MODEL is for a service; CQ_EMBEDDING_PROVIDER=hash is built in.',
    ],
    [
      { CQ_EMBEDDING_PROVIDER: 'hash', CQ_EMBEDDING_URL: '', CQ_EMBEDDING_MODEL: '', CQ_EMBEDDING_KEY: 'hush' },
      'CQ_EMBEDDING_KEY is for a service; CQ_EMBEDDING_PROVIDER=hash is built in.',
    ],
    [
      { CQ_EMBEDDING_PROVIDER: '' },
      'CQ_EMBEDDING_URL needs CQ_EMBEDDING_PROVIDER: openai, encoderfile, local or hash.\n' +
        'CQ_EMBEDDING_MODEL needs CQ_EMBEDDING_PROVIDER: openai, encoderfile, local or hash.',
    ],
  ] as const)('refuses what does not go together: %j', ([changes, message]) =>
    expect(problemsOf({ ...openai, ...changes })).toBe(message),
  );

  it('reads the key from a file, and never shows it', () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('key'), 'hush-1\n');
    writeFileSync(folder.file('bad'), 'hush 1\n');
    const files = { ...openai, CQ_EMBEDDING_KEY_FILE: folder.file('key') };
    const config = readConfig(files);
    expect(config.embedding).toMatchObject({ key: 'hush-1' });
    expect(describeConfig(config)).toMatchObject({ embedding: { ...config.embedding, key: 'set' } });
    expect(describeConfig(readConfig(openai))).toMatchObject({ embedding: { key: 'none' } });
    expect(problemsOf({ ...files, CQ_EMBEDDING_KEY: 'x' })).toBe(
      'CQ_EMBEDDING_KEY and CQ_EMBEDDING_KEY_FILE are both set; keep one.',
    );
    expect(problemsOf({ ...openai, CQ_EMBEDDING_KEY_FILE: folder.file('bad') })).toBe(
      'CQ_EMBEDDING_KEY must be visible ASCII characters without spaces.',
    );
  });
});
