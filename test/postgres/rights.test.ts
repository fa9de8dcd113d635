import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { byTopic, embedding, until } from '../embedding/both-databases.ts';
import { startEmbeddingServer } from '../embedding/openai-server.ts';
import { startServer, type TestServer } from '../harness.ts';
import { clients } from '../mcp/clients.ts';
import { run, startProcess, temporaryFolder } from '../process.ts';
import { get, lesson, post } from '../rest/client.ts';
import { configOf, withVectors } from './databases.ts';
import { createDividedDatabase, type DividedDatabase } from './roles.ts';

const vectors = await withVectors();

const environmentOf = (url: string) => ({
  CQ_DATABASE_URL: url,
  CQ_JWT_SECRET: 's'.repeat(32),
  CQ_API_KEY_PEPPER: 'p'.repeat(32),
});

async function migrated(): Promise<DividedDatabase> {
  const database = await createDividedDatabase();
  await (await openStore(configOf(database.owner.url), { migrate: true })).close();
  return database;
}

const insight = (summary: string) => ({ summary, detail: 'What happened.', action: 'What to do.' });

/** Everything that changes something, by each API. */
async function useEveryApi(server: TestServer) {
  const { member, reviewer, admin } = server.people;
  const mutate = async (field: string, input: object, credential: string) => {
    const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename userErrors { message } } }`;
    const { __typename: _type, userErrors } = (await server.query(query, { input }, credential))[field];
    expect([field, userErrors]).toEqual([field, []]);
  };
  const propose = async (summary: string): Promise<string> => {
    const query =
      'mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { knowledgeUnit { id } } }';
    const input = { domains: ['pets'], insight: insight(summary) };
    return (await server.query(query, { input }, member.key)).proposeKnowledgeUnit.knowledgeUnit.id;
  };
  const [one, other] = [await propose('A feline sleeps all day'), await propose('An automobile needs oil')];
  await mutate('approveKnowledgeUnit', { id: one }, reviewer.token);
  await mutate('rejectKnowledgeUnit', { id: other }, reviewer.token);
  await mutate('confirmKnowledgeUnit', { id: one }, member.key);
  await mutate('flagKnowledgeUnit', { id: one, reason: 'STALE' }, admin.key);
  await mutate(
    'changePassword',
    { currentPassword: reviewer.password, newPassword: 'another long one' },
    reviewer.token,
  );
  const signIn =
    'mutation { signIn(input: { username: "ann", password: "wrong password" }) { userErrors { message } } }';
  expect((await server.query(signIn)).signIn.userErrors).toHaveLength(1);
  const proposed = await post(server, '/knowledge', member.key, lesson());
  expect(proposed.status).toBe(201);
  expect((await get(server, '/knowledge?domains=api', member.key)).status).toBe(200);
  await using mcp = await (clients[0] as (typeof clients)[number]).connect(server.url, member.key);
  expect(await mcp.call('propose', { ...insight('Bread rises'), domains: ['food'] })).toMatchObject({ isError: false });
  expect((await mcp.call('query', { text: 'feline' })).data.results).toMatchObject([{ unit: { id: one } }]);
  await server.store.stats.fold();
  await server.store.apiKeys.saveUses();
  return { one, other };
}

describe('a role that owns nothing', () => {
  it('serves all of it, with CQ_MIGRATE=off and with migrations', async () => {
    await using database = await migrated();
    const environment = environmentOf(database.app.url);
    {
      await using server = await startServer({ ...environment, CQ_MIGRATE: 'off' });
      await useEveryApi(server);
    }
    await using server = await startServer(environment);
    expect((await server.query('{ serverInfo { version } }')).serverInfo.version).toEqual(expect.any(String));
  });

  it('can run every command', async () => {
    await using database = await migrated();
    using folder = temporaryFolder();
    const environment = environmentOf(database.app.url);
    const command = async (line: string, input = '') => {
      const finished = await run(line.split(' '), environment, input);
      expect([line, finished.code, finished.stderr.replace(/^This database holds.*\n/, '')]).toEqual([
        line,
        0,
        expect.any(String),
      ]);
      return finished.stdout;
    };
    await command('migrate');
    await command('user add ann --password-stdin', 'a long password');
    await command('user set-role ann admin');
    await command('user set-password ann --password-stdin', 'another password');
    await command('api-key create --user ann --name k');
    const [id = ''] = (await command('api-key list --user ann')).split('\t');
    await command(`api-key revoke ${id}`);
    await command(`seed ${fileURLToPath(new URL('../../samples/units.jsonl', import.meta.url))} --user ann`);
    await command(`export ${folder.file('units.jsonl')}`);
    // all of another database into one that the owner has made
    await using target = await migrated();
    await command(`copy --from ${database.app.url} --to ${target.app.url}`);
    const names = await target.query<{ username: string }>('select username from users');
    expect(names).toEqual([{ username: 'ann' }]);
    // the sequence is behind the copied ids
    await using store = await disposable(openStore(configOf(target.app.url), { migrate: false }));
    const bob = { username: 'bob', passwordHash: 'x', role: 'member' as const, createdAt: new Date() };
    expect(await store.users.insert(bob)).toMatchObject({ username: 'bob' });
  });

  it('searches by meaning, without an index until the owner builds it', vectors, async () => {
    await using service = await startEmbeddingServer();
    service.vectorOf = byTopic;
    await using database = await migrated();
    const environment = { ...environmentOf(database.app.url), ...embedding(service) };
    await using server = await startServer(environment);
    const { one } = await useEveryApi(server);
    const status = async () =>
      (
        await server.query(
          '{ embeddingStatus { problem models { state waiting indexProblem } } }',
          {},
          server.people.admin.token,
        )
      ).embeddingStatus;
    const active = await until(status, ({ models }) => models[0]?.state === 'ACTIVE' && models[0].waiting === 0);
    const reason = new RegExp(`only the owner of the table.*"cq-server embeddings index" as ${database.owner.name}`);
    expect(active).toEqual({
      problem: null,
      models: [expect.objectContaining({ indexProblem: expect.stringMatching(reason) })],
    });
    const search = async () =>
      (
        await server.query(
          '{ search(text: "my cat", mode: SEMANTIC) { effectiveMode notices { message } nodes { id } } }',
        )
      ).search;
    const found = { effectiveMode: 'SEMANTIC', notices: [], nodes: [{ id: one }] };
    expect(await search()).toEqual(found);

    const process = await startProcess(environment);
    const log = await process.said('semantic search has no index');
    expect(log.replaceAll('\\"', '"')).toMatch(reason);
    const asApp = await run(['embeddings', 'index'], environment);
    expect([asApp.code, asApp.stderr]).toEqual([1, expect.stringMatching(reason)]);
    const asOwner = await run(['embeddings', 'index'], environmentOf(database.owner.url));
    expect(asOwner).toEqual({ code: 0, stdout: 'The indexes are up to date.\n', stderr: '' });
    await process.stop();
    const indexes = await database.query(`select from pg_indexes where indexname ^@ 'search_vectors_model_'`);
    expect(indexes).toHaveLength(1);
    expect((await status()).models).toEqual([expect.objectContaining({ indexProblem: null })]);
    expect(await search()).toEqual(found);
  });

  it('removes the vectors of a retired model, and leaves its index to the owner', vectors, async () => {
    await using database = await migrated();
    const model = { provider: 'hash', name: 'old', dimensions: 8, documentPrefix: '' };
    const use = async (url: string, name: string) => {
      await using store = await disposable(openStore(configOf(url), { migrate: false }));
      const { id } = await store.embeddings.register({ ...model, name }, new Date());
      expect(await store.embeddings.activate(id)).toBe(true);
      while (await store.embeddings.purgeRetired(new Date(0)));
      return store.embeddings.models();
    };
    const indexes = async () =>
      (await database.query(`select from pg_indexes where indexname ^@ 'search_vectors_model_'`)).length;
    await use(database.owner.url, 'old');
    expect((await use(database.app.url, 'new')).map(({ state }) => state)).toEqual(['retired', 'active']);
    expect(await indexes()).toBe(1);
    expect((await run(['migrate'], environmentOf(database.owner.url))).stdout).toBe('The database is up to date.\n');
    expect(await indexes()).toBe(1);
    const [index] = await database.query(
      `select indexname as name from pg_indexes where indexname ^@ 'search_vectors_model_'`,
    );
    expect(index).toEqual({ name: 'search_vectors_model_2' });
  });

  it('is told which rights it lacks', async () => {
    await using database = await migrated();
    const { name, url } = database.app;
    for (const [right, reason] of [
      ['delete on knowledge_unit_flags', /lacks rights: delete on knowledge_unit_flags\. Grant/],
      ['insert, update on users', /lacks rights: insert, update on users\./],
      ['usage on sequence users_id_seq', /lacks rights: usage on users_id_seq\./],
    ] as const) {
      await database.query(`revoke ${right} from ${name}`);
      const advice = expect.stringMatching(reason);
      await expect(openStore(configOf(url), { migrate: true })).rejects.toMatchObject({ advice });
      // reading takes less
      await (await openStore(configOf(url), { migrate: false, readonly: true })).close();
      await database.query(`grant ${right} to ${name}`);
    }
    await database.query(`revoke usage on schema public from public, ${name}`);
    for (const migrate of [true, false])
      await expect(openStore(configOf(url), { migrate })).rejects.toMatchObject({
        advice: expect.stringContaining(`may not use the schema public: grant usage on schema public to ${name}.`),
      });
  });

  it('is told who migrates', async () => {
    await using database = await migrated();
    await database.query(`delete from cq_migrations where name >= '0016'`);
    await database.query('drop table name_skeletons');
    await expect(openStore(configOf(database.app.url), { migrate: true })).rejects.toMatchObject({
      advice: expect.stringMatching(`"cq-server migrate" as ${database.owner.name}, the owner`),
    });
  });
});

async function disposable<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T & AsyncDisposable> {
  const opened = await opening;
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() });
}
