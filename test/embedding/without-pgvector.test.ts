import { expect, it } from 'vitest';
import { startServer } from '../harness.ts';
import { createDatabase } from '../postgres/databases.ts';
import { startProcess } from '../process.ts';
import { embedding } from './both-databases.ts';
import { startEmbeddingServer } from './openai-server.ts';

/** A server with a configured provider, on a PostgreSQL without pgvector. */
it('a server on PostgreSQL without pgvector starts, logs why semantic search is off, searches by keywords, and accepts proposals', async () => {
  await using service = await startEmbeddingServer();
  await using database = await createDatabase();
  await database.query('drop extension if exists vector cascade');
  const environment = {
    CQ_DATABASE_URL: database.url,
    CQ_JWT_SECRET: 's'.repeat(32),
    CQ_API_KEY_PEPPER: 'p'.repeat(32),
    // else the server would create the extension again
    CQ_MIGRATE: 'off',
    ...embedding(service),
  };
  const process = await startProcess(environment);
  const reason = /pgvector.*(install it there|"cq-server migrate")/;
  const log = await process.said('listening');
  expect(log).toContain('semantic search is off: the database has no vector engine');
  expect(log.replaceAll('\\"', '"')).toMatch(reason);
  expect((await process.stop()).code).toBe(0);

  await using server = await startServer(environment);
  const { member, admin } = server.people;
  const propose = `mutation { proposeKnowledgeUnit(input: {
    domains: ["pets"], insight: { summary: "A feline sleeps", detail: "All day.", action: "Let it." }
  }) { knowledgeUnit { id } userErrors { message } } }`;
  const { knowledgeUnit, userErrors } = (await server.query(propose, {}, member.key)).proposeKnowledgeUnit;
  expect(userErrors).toEqual([]);
  const approve = 'mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }';
  await server.query(approve, { id: knowledgeUnit.id }, server.people.reviewer.token);
  const search = async (mode: string) =>
    (
      await server.query(
        'query ($mode: SearchMode) { search(text: "feline", mode: $mode) { effectiveMode notices { code message } nodes { id } } }',
        { mode },
      )
    ).search;
  const byWords = { effectiveMode: 'KEYWORD', nodes: [{ id: knowledgeUnit.id }] };
  const notice = {
    code: 'SEMANTIC_UNAVAILABLE',
    message: expect.stringContaining('no embedding service, or no vectors'),
  };
  expect(await search('SEMANTIC')).toEqual({ ...byWords, notices: [notice] });
  for (const mode of ['HYBRID', 'KEYWORD']) expect(await search(mode)).toEqual({ ...byWords, notices: [] });
  const { serverInfo, embeddingStatus } = await server.query(
    '{ serverInfo { searchModes vectorEngine embeddingModel } embeddingStatus { vectorEngine problem models { name } } }',
    {},
    admin.token,
  );
  expect(serverInfo).toEqual({ searchModes: ['KEYWORD'], vectorEngine: null, embeddingModel: null });
  expect(embeddingStatus).toEqual({ vectorEngine: null, problem: expect.stringMatching(reason), models: [] });
  expect(service.seen).toEqual([]);
});
