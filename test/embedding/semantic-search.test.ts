import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/background/clock.ts';
import { startServer, type TestServer } from '../harness.ts';
import { startProcess } from '../process.ts';
import { byTopic, embedding, onBoth, type TestDatabase, until } from './both-databases.ts';
import { type EmbeddingServer, startEmbeddingServer } from './openai-server.ts';

const searchQuery = `query ($text: String, $filter: KnowledgeFilter, $mode: SearchMode, $first: Int) {
  search(text: $text, filter: $filter, mode: $mode, first: $first) {
    effectiveMode
    notices { code message }
    edges { score signals { keyword semantic domain } node { id } }
  }
}`;
const proposeMutation = `mutation ($input: ProposeKnowledgeUnitInput!) {
  proposeKnowledgeUnit(input: $input) {
    knowledgeUnit { id status }
    userErrors { __typename code message path ... on DuplicateError { existing { id } similarity } }
  }
}`;
const statusQuery = `{ embeddingStatus { vectorEngine problem models { provider name dimensions state done waiting parked lastError } } }`;

onBoth('meaning', ({ open }) => {
  let place: TestDatabase;
  let service: EmbeddingServer;
  let servers: TestServer[];

  beforeEach(async () => {
    place = await open();
    service = await startEmbeddingServer();
    service.vectorOf = byTopic;
    servers = [];
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const server of servers) await server[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  async function start(changes: Record<string, string> = {}): Promise<TestServer> {
    const server = await startServer({ ...place.environment, ...embedding(service, changes) });
    servers.push(server);
    return server;
  }

  const search = async (server: TestServer, variables: object) => (await server.query(searchQuery, variables)).search;
  const found = ({ edges }: { edges: { node: { id: string } }[] }) => edges.map(({ node }) => node.id);

  async function status({ query, people }: TestServer) {
    return (await query(statusQuery, {}, people.admin.token)).embeddingStatus;
  }

  /** Waits until every unit has a vector and searches use them. */
  const settled = (server: TestServer, done?: number) =>
    until(
      () => status(server),
      ({ models }) =>
        models.length === 1 &&
        models[0].state === 'ACTIVE' &&
        models[0].waiting === 0 &&
        (done === undefined || models[0].done === done),
    );

  const lesson = (summary: string) => ({
    domains: ['pets'],
    insight: { summary, detail: 'What happened.', action: 'What to do.' },
  });

  async function propose(server: TestServer, input: object) {
    return (await server.query(proposeMutation, { input }, server.people.member.key)).proposeKnowledgeUnit;
  }

  async function approve(server: TestServer, id: string) {
    const mutation = 'mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }';
    await server.query(mutation, { id }, server.people.reviewer.token);
  }

  it('finds a proposal without a common word', async () => {
    const server = await start();
    const { knowledgeUnit } = await propose(server, lesson('A feline sleeps all day'));
    const other = await propose(server, lesson('An automobile needs oil'));
    for (const { id } of [knowledgeUnit, other.knowledgeUnit]) await approve(server, id);
    await settled(server, 2);
    const asked = await search(server, { text: 'my cat', mode: 'SEMANTIC' });
    expect(asked).toMatchObject({ effectiveMode: 'SEMANTIC', notices: [] });
    expect(found(asked)[0]).toBe(knowledgeUnit.id);
    expect(asked.edges[0].signals).toMatchObject({ keyword: null, semantic: 1 });
    const page = await search(server, { text: 'my cat', mode: 'SEMANTIC', first: 0 });
    expect(page).toMatchObject({ effectiveMode: 'SEMANTIC', notices: [], edges: [] });
    const both = await search(server, { text: 'cat that needs oil' });
    expect(both.effectiveMode).toBe('HYBRID');
    expect(found(both).toSorted()).toEqual([knowledgeUnit.id, other.knowledgeUnit.id].toSorted());
    expect(await search(server, { text: 'my cat', mode: 'KEYWORD' })).toMatchObject({
      effectiveMode: 'KEYWORD',
      notices: [],
      edges: [],
    });
    const info = (await server.query('{ serverInfo { searchModes vectorEngine embeddingModel } }')).serverInfo;
    expect(info).toEqual({
      searchModes: ['KEYWORD', 'SEMANTIC', 'HYBRID'],
      vectorEngine: server.store.vectorEngine,
      embeddingModel: 'tiny-8',
    });
  });

  it('falls back to keywords, with a notice, while the service is slow, unreachable, failing or answers nonsense', async () => {
    const server = await start({ CQ_EMBEDDING_QUERY_TIMEOUT_MS: '300' });
    const { id } = await server.unit({ insight: { summary: 'A feline sleeps all day' } });
    await server.unit({ insight: { summary: 'An automobile needs oil' } });
    await settled(server);
    const moods = [
      ['slow', /took too long/],
      ['shrunken', /another dimension/],
      ['not JSON', /failed/],
      ['broken', /failed/],
      ['refusing', /rejects this text/],
    ] as const;
    for (const [mood, reason] of moods) {
      service.mood = mood;
      for (const mode of ['HYBRID', 'SEMANTIC']) {
        const answer = await search(server, { text: `feline ${mood} ${mode}`, mode });
        expect(answer).toMatchObject({
          effectiveMode: 'KEYWORD',
          notices: [{ code: 'SEMANTIC_UNAVAILABLE', message: expect.stringMatching(reason) }],
        });
        expect(found(answer)).toEqual([id]);
      }
      service.release();
      // after a recovery the service is used again
      await until(
        () => search(server, { text: `kitten ${Math.random()}`, mode: 'SEMANTIC' }),
        ({ effectiveMode }) => effectiveMode === 'SEMANTIC',
      );
    }
    await service.leave();
    const answer = await search(server, { text: 'feline, gone', filter: { domains: ['api'] } });
    expect(answer).toMatchObject({ effectiveMode: 'KEYWORD', notices: [{ code: 'SEMANTIC_UNAVAILABLE' }] });
    expect(found(answer)[0]).toBe(id);
  });

  it('starts without the service, and catches up when it is reachable', async () => {
    service.mood = 'unauthorised';
    const server = await start();
    const { id } = await server.unit({ insight: { summary: 'A feline sleeps all day' } });
    const held = await until(
      () => status(server),
      ({ problem }) => problem !== null,
    );
    expect(held).toMatchObject({ problem: expect.stringContaining('401'), models: [] });
    expect(await search(server, { text: 'feline' })).toMatchObject({
      effectiveMode: 'KEYWORD',
      notices: [{ code: 'SEMANTIC_UNAVAILABLE', message: expect.stringContaining('being made') }],
      edges: [{ node: { id } }],
    });
    service.mood = 'well';
    expect(await settled(server)).toMatchObject({ problem: null, models: [{ done: 1, parked: 0, lastError: null }] });
    expect(found(await search(server, { text: 'my cat', mode: 'SEMANTIC' }))).toEqual([id]);
  });

  it('embeds proposals and retried jobs at once', async () => {
    // a worker that looks for jobs only when it is woken
    const sleep = vi.spyOn(systemClock, 'sleep').mockImplementation(
      (_ms, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) resolve();
          else signal.addEventListener('abort', () => resolve());
        }),
    );
    const server = await start();
    await until(
      async () => sleep.mock.calls.length,
      (count) => count > 0,
    );
    await server.unit();
    await propose(server, lesson('A feline sleeps all day'));
    await settled(server, 2);
    service.dislikes = /automobile/;
    await fetch(`${server.url}/api/v1/knowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.people.member.key}` },
      body: JSON.stringify(lesson('An automobile needs oil')),
    });
    await until(
      () => status(server),
      ({ models }) => models[0].parked === 1,
    );
    service.dislikes = null;
    const retry = 'mutation { retryEmbeddings(input: {}) { retried } }';
    await server.query(retry, {}, server.people.admin.token);
    await settled(server, 3);
  });

  it('shares the work between processes, and embeds each unit once', async () => {
    const first = await start();
    const second = await startProcess({ ...place.environment, ...embedding(service), CQ_LOG_LEVEL: 'warn' });
    await settled(first);
    const units = [];
    for (let count = 0; count < 40; count++)
      units.push((await propose(first, lesson(`Lesson number ${count}`))).knowledgeUnit.id);
    await settled(first, 40);
    await approve(first, units[0]);
    const act = (field: string, input: string) =>
      first.query(`mutation { ${field}(input: { ${input} }) { userErrors { message } } }`, {}, first.people.member.key);
    await act('confirmKnowledgeUnit', `id: "${units[0]}"`);
    await act('flagKnowledgeUnit', `id: "${units[0]}", reason: STALE`);
    const last = await propose(first, lesson('The last one'));
    await settled(first, 41);
    // the worker had no failures
    expect(await second.stop()).toMatchObject({ code: 0, stdout: '' });
    const embedded = service.seen
      .flatMap(({ body }) => body.input as string[])
      .filter((text) => text.startsWith('Lesson'));
    // one call checks for duplicates, and one makes the stored vector
    expect(embedded).toHaveLength(80);
    expect(new Set(embedded).size).toBe(40);
    expect(last.userErrors).toEqual([]);
  });

  describe('changes 384 to 512 dimensions without an empty or failing answer', () => {
    /** Several callers search continuously until told to end; answers the effective modes of each caller's searches. */
    function searching(servers: readonly TestServer[], id: string) {
      const ways = servers.map((): string[] => []);
      let [count, ended] = [0, false];
      const ask = async (server: TestServer, mode: string) => {
        // all different, so that none is cached
        const answer = await search(server, { text: `feline ${'z'.repeat(++count % 500)}${count}`, mode });
        expect(found(answer)[0]).toBe(id);
        expect(answer.notices.map(({ code }: { code: string }) => code)).toEqual(
          answer.effectiveMode === mode ? [] : ['SEMANTIC_UNAVAILABLE'],
        );
        return answer.effectiveMode === 'KEYWORD' ? 'words' : 'meaning';
      };
      const caller = async (server: TestServer, mode: string, way: string[]) => {
        while (!ended) {
          const how = await ask(server, mode);
          if (way.at(-1) !== how) way.push(how);
          const models = await server.store.embeddings.models();
          expect(models.filter(({ state }) => state === 'active')).toHaveLength(1);
        }
      };
      const all = ['SEMANTIC', 'HYBRID'].flatMap((mode) =>
        servers.map((server, at) => caller(server, mode, mode === 'SEMANTIC' ? (ways[at] ?? []) : [])),
      );
      return {
        ways,
        /** Waits until the searches had these modes, one after the other. */
        async until(expected: readonly (readonly string[])[]) {
          const reached = until(
            async () => JSON.stringify(ways),
            (now) => now === JSON.stringify(expected),
          );
          await Promise.race([reached, Promise.all(all)]);
        },
        async end() {
          ended = true;
          await Promise.all(all);
        },
      };
    }

    async function fill(server: TestServer): Promise<string> {
      const { id } = await server.unit({ insight: { summary: 'A feline sleeps all day' } });
      for (let count = 0; count < 50; count++) await server.unit({ insight: { summary: `An automobile ${count}` } });
      await settled(server, 51);
      return id;
    }

    it('by its configuration, with old and new processes at once', async () => {
      const before = await start({ CQ_EMBEDDING_DIMENSIONS: '384' });
      const id = await fill(before);
      // a third process holds one claim, so that the model cannot be complete before the searches begin
      const { embeddings } = before.store;
      const { id: model } = await embeddings.register(
        { provider: 'openai', name: 'tiny-8', dimensions: 512, documentPrefix: '' },
        new Date(),
      );
      const [held] = await embeddings.claim(model, 1, new Date(), 60_000);
      const after = await start({ CQ_EMBEDDING_DIMENSIONS: '512', CQ_EMBEDDING_BATCH: '5' });
      const searches = searching([before, after], id);
      await until(
        () => embeddings.progress(model),
        ({ done }) => done === 50,
      );
      // each worker has checked whether the model is complete
      const pauses = vi.spyOn(systemClock, 'sleep').mock.calls;
      await until(
        async () => pauses.length,
        (count) => count >= 6,
      );
      await searches.until([['meaning'], ['words']]);
      await embeddings.fail(model, held?.unit.id ?? '', 'given back', new Date());
      // no process returns to the old model, and never do both lack a model
      await searches.until([
        ['meaning', 'words'],
        ['words', 'meaning'],
      ]);
      await searches.end();
      expect(await status(after)).toMatchObject({
        problem: null,
        models: [{ name: 'tiny-8', dimensions: 512, state: 'ACTIVE', done: 51 }],
      });
    });

    it('under the same model name, in one process', async () => {
      service.vectorOf = (text) => byTopic(text, 384);
      const server = await start({ CQ_EMBEDDING_BATCH: '5' });
      const id = await fill(server);
      const searches = searching([server], id);
      await searches.until([['meaning']]);
      service.vectorOf = (text) => byTopic(text, 512);
      await searches.until([['meaning', 'words', 'meaning']]);
      await searches.end();
      expect(await status(server)).toMatchObject({
        problem: null,
        models: [{ name: 'tiny-8', dimensions: 512, state: 'ACTIVE', done: 51 }],
      });
    });
  });

  describe('a proposal', () => {
    it('that duplicates a unit is refused, unless `allowDuplicate`', async () => {
      const server = await start();
      const { id } = (await propose(server, lesson('A feline sleeps all day'))).knowledgeUnit;
      await settled(server, 1);
      const again = await propose(server, lesson('Cats sleep the whole day'));
      expect(again).toMatchObject({
        knowledgeUnit: null,
        userErrors: [
          {
            __typename: 'DuplicateError',
            code: 'DUPLICATE',
            path: ['allowDuplicate'],
            existing: { id },
            similarity: expect.any(Number),
          },
        ],
      });
      expect(again.userErrors[0].similarity).toBeGreaterThan(0.95);
      expect(await server.store.units.count({ statuses: ['pending'] })).toBe(1);
      const insisting = await propose(server, { ...lesson('Cats sleep the whole day'), allowDuplicate: true });
      expect(insisting).toMatchObject({ knowledgeUnit: { status: 'PENDING' }, userErrors: [] });
      expect((await propose(server, lesson('An automobile needs oil'))).userErrors).toEqual([]);
    });

    it('is not shown a pending unit of another user', async () => {
      const server = await start();
      const { id } = (await propose(server, lesson('A feline sleeps all day'))).knowledgeUnit;
      await settled(server, 1);
      const zoe = await server.addPerson('zoe', 'member');
      const refused = async () =>
        (await server.query(proposeMutation, { input: lesson('Cats sleep') }, zoe.key)).proposeKnowledgeUnit;
      expect((await refused()).userErrors).toMatchObject([{ code: 'DUPLICATE', existing: null }]);
      await approve(server, id);
      expect((await refused()).userErrors).toMatchObject([{ code: 'DUPLICATE', existing: { id } }]);
    });

    it('that is sent again with its idempotency key is no duplicate of itself', async () => {
      const server = await start();
      const keyed = { ...lesson('A feline sleeps all day'), idempotencyKey: 'once' };
      const { id } = (await propose(server, keyed)).knowledgeUnit;
      await settled(server, 1);
      expect(await propose(server, keyed)).toMatchObject({ knowledgeUnit: { id }, userErrors: [] });
    });

    it('is accepted while the service is unreachable', async () => {
      const server = await start({ CQ_EMBEDDING_QUERY_TIMEOUT_MS: '100' });
      await propose(server, lesson('A feline sleeps all day'));
      await settled(server, 1);
      service.mood = 'slow';
      expect((await propose(server, lesson('Cats sleep'))).userErrors).toEqual([]);
      await service.leave();
      expect((await propose(server, lesson('Kittens sleep'))).userErrors).toEqual([]);
    });

    it('is never refused over REST, and the reviewer sees related units', async () => {
      const server = await start();
      const twin = (await propose(server, lesson('A feline sleeps all day'))).knowledgeUnit;
      await settled(server, 1);
      const answer = await fetch(`${server.url}/api/v1/knowledge`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.people.member.key}` },
        body: JSON.stringify(lesson('A feline sleeps all day')),
      });
      expect(answer.status).toBe(201);
      const { id } = (await answer.json()) as { id: string };
      const query = '{ reviewQueue { nodes { id related(first: 1) { unit { id } similarity } } } }';
      const queue = await until(
        async () => (await server.query(query, {}, server.people.reviewer.token)).reviewQueue.nodes,
        (nodes) => nodes.every(({ related }: { related: { similarity: number }[] }) => related[0]?.similarity === 1),
      );
      expect(queue).toEqual([
        { id: twin.id, related: [{ unit: { id }, similarity: 1 }] },
        { id, related: [{ unit: { id: twin.id }, similarity: 1 }] },
      ]);
      const seen = await server.query(
        'query ($id: ID!) { knowledgeUnit(id: $id) { related { unit { id } } } }',
        { id },
        server.people.member.key,
      );
      expect(seen.knowledgeUnit.related).toEqual([]);
    });
  });
});

describe('without a provider', () => {
  it('the default mode is keyword search without a notice, and related units share words', async () => {
    await using server = await startServer();
    const { id } = await server.unit({ insight: { summary: 'A feline sleeps all day' } });
    const near = await server.unit({ insight: { summary: 'Some feline hunts' } });
    const answer = (await server.query(searchQuery, { text: 'hunts' })).search;
    expect(answer).toMatchObject({ effectiveMode: 'KEYWORD', notices: [], edges: [{ node: { id: near.id } }] });
    const insisting = (await server.query(searchQuery, { text: 'hunts', mode: 'SEMANTIC' })).search;
    expect(insisting).toMatchObject({
      effectiveMode: 'KEYWORD',
      notices: [{ code: 'SEMANTIC_UNAVAILABLE', message: expect.stringContaining('no embedding service') }],
      edges: [{ node: { id: near.id } }],
    });
    const { related } = (
      await server.query('query ($id: ID!) { knowledgeUnit(id: $id) { related { unit { id } similarity } } }', { id })
    ).knowledgeUnit;
    expect(related).toEqual([{ unit: { id: near.id }, similarity: null }]);
    expect((await server.query('{ serverInfo { searchModes embeddingModel } }')).serverInfo).toEqual({
      searchModes: ['KEYWORD'],
      embeddingModel: null,
    });
  });

  it('a semantic search needs a text', async () => {
    await using server = await startServer();
    const { body } = await server.send({
      query: '{ search(filter: { domains: ["a"] }, mode: SEMANTIC) { effectiveMode } }',
    });
    expect(body.errors).toMatchObject([
      { message: 'mode: SEMANTIC needs a text.', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});
