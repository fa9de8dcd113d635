import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { packageVersions } from '../../src/embedding/local/packages.ts';
import { startServer } from '../harness.ts';
import { byTopic, until } from './both-databases.ts';
import { startEmbeddingServer } from './openai-server.ts';

/** The configurations of docs/search.md: the variables that its blocks export. */
const page = readFileSync(new URL('../../docs/search.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
  .map(([, block = '']) =>
    Object.fromEntries(
      [...block.matchAll(/^export (\w+)=(?:'([^']*)'|(\S*))$/gm)].map(([, name, quoted, plain]) => [
        name,
        quoted ?? plain ?? '',
      ]),
    ),
  )
  .filter((variables) => 'CQ_EMBEDDING_PROVIDER' in variables);
const configurations = documented.filter((variables) => 'CQ_EMBEDDING_URL' in variables);
const local = documented.filter((variables) => variables.CQ_EMBEDDING_PROVIDER === 'local');

it('docs/search.md has a configuration for Ollama, OpenAI and llama.cpp', () => {
  expect(configurations.map(({ CQ_EMBEDDING_URL }) => CQ_EMBEDDING_URL)).toEqual([
    'http://localhost:11434/v1',
    'https://api.openai.com/v1',
    'http://localhost:8080/v1',
  ]);
});

it('docs/search.md has a configuration for two models in a folder, and for the packages that they need', () => {
  expect(local.map((variables) => readConfig(variables).embedding)).toMatchObject([
    { modelDir: '/models/all-MiniLM-L6-v2', queryPrefix: '' },
    { modelDir: '/models/bge-small-en-v1.5', queryPrefix: expect.stringMatching(/ $/) },
  ]);
  for (const [name, version] of Object.entries(packageVersions)) expect(page).toContain(`${name}@${version}`);
});

it.for(configurations)('the configuration for $CQ_EMBEDDING_URL finds by semantic search', async (configuration) => {
  await using service = await startEmbeddingServer();
  service.vectorOf = byTopic;
  const { pathname } = new URL(configuration.CQ_EMBEDDING_URL ?? '');
  await using server = await startServer({
    ...configuration,
    CQ_EMBEDDING_URL: `${service.origin}${pathname}`,
    // long, since other tests keep the machine busy
    CQ_EMBEDDING_QUERY_TIMEOUT_MS: '60000',
  });
  const { id } = await server.unit({ insight: { summary: 'A feline sleeps all day' } });
  await server.unit({ insight: { summary: 'An automobile needs oil' } });
  const query = '{ search(text: "my cat", mode: SEMANTIC, first: 1) { effectiveMode nodes { id } } }';
  const { search } = await until(
    () => server.query(query),
    ({ search }) => search.effectiveMode === 'SEMANTIC' && search.nodes.length > 0,
  );
  expect(search.nodes).toEqual([{ id }]);
  const {
    CQ_EMBEDDING_KEY: key,
    CQ_EMBEDDING_DOCUMENT_PREFIX: document = '',
    CQ_EMBEDDING_QUERY_PREFIX = '',
  } = configuration;
  const sent = service.seen.flatMap(({ body }) => body.input as string[]);
  expect(sent).toContainEqual(expect.stringMatching(new RegExp(`^${document}A feline`)));
  expect(sent).toContain(`${CQ_EMBEDDING_QUERY_PREFIX}my cat`);
  for (const { authorization, body } of service.seen) {
    expect(authorization).toBe(key && `Bearer ${key}`);
    expect(body.model).toBe(configuration.CQ_EMBEDDING_MODEL);
  }
});
