import { expect, it } from 'vitest';
import { describeConfig, readConfig } from '../src/config/config.ts';

const secrets = { CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };

it('settings for the audit log are the variables that are set, with secrets apart', () => {
  const { settings } = readConfig({
    ...secrets,
    CQ_DATABASE_URL: 'postgresql://cq:hidden@db/cq?password=hidden',
    CQ_DATABASE_REPLICA_URLS: 'postgresql://cq:hidden@one/cq,postgresql://cq:hidden@two/cq',
    CQ_EMBEDDING_URL: 'http://models/v1',
    CQ_EMBEDDING_PROVIDER: 'openai',
    CQ_EMBEDDING_MODEL: 'm',
    CQ_EMBEDDING_KEY: 'hidden',
    CQ_PUBLIC_URL: 'https://cq.example.com/',
    CQ_PORT: '1',
    CQ_HOST: '',
  });
  expect(settings).toEqual({
    plain: {
      CQ_DATABASE_URL: 'postgresql://cq@db:5432/cq',
      CQ_DATABASE_REPLICA_URLS: 'postgresql://cq@one:5432/cq, postgresql://cq@two:5432/cq',
      CQ_EMBEDDING_URL: 'http://models/v1',
      CQ_EMBEDDING_PROVIDER: 'openai',
      CQ_EMBEDDING_MODEL: 'm',
      CQ_PUBLIC_URL: 'https://cq.example.com',
      CQ_PORT: '1',
    },
    secret: { ...secrets, CQ_EMBEDDING_KEY: 'hidden' },
  });
});

it('the configuration that is shown has none of them', () => {
  expect(describeConfig(readConfig({ ...secrets, CQ_EMBEDDING_KEY: '' }))).not.toHaveProperty('settings');
});
