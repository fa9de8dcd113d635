import { describe, expect, it } from 'vitest';
import { createDatabase, postgres } from '../postgres/databases.ts';
import { startPgBouncer, withPgBouncer } from '../postgres/pgbouncer.ts';
import { post, run, startProcess } from '../process.ts';
import { allTransports, events, take, transports } from './clients.ts';

const confirm = 'mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { knowledgeUnit { id } } }';

describe('subscribers of servers behind a pooler that hands out sessions by transactions', withPgBouncer, () => {
  it.for([
    { direct: true, listening: 1, says: 0 },
    { direct: false, listening: 0, says: 1 },
  ])('are told of what another process did, with a direct connection to listen by: $direct', async (told) => {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await createDatabase());
    const pooler = resources.use(await startPgBouncer((await postgres()).url, { mode: 'transaction' }));
    const environment = {
      CQ_DATABASE_URL: pooler.through(database.url),
      ...(told.direct && { CQ_DATABASE_MIGRATION_URL: database.url }),
      ...{ CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32), CQ_RATE_LIMIT: '0' },
    };
    const servers = await Promise.all([startProcess(environment), startProcess(environment)]);
    const [here, there] = servers;
    resources.defer(async () => void (await Promise.all(servers.map((server) => server.stop('SIGKILL')))));
    await run(['user', 'add', 'ann', '--role', 'admin', '--password-stdin'], environment, 'a long password');
    const signIn = 'mutation { signIn(input: { username: "ann", password: "a long password" }) { token } }';
    const { token } = (await post(here.url, signIn)).data.signIn;
    const propose =
      'mutation { proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } } }';
    const { id } = (await post(there.url, propose, {}, token)).data.proposeKnowledgeUnit.knowledgeUnit;
    await post(
      there.url,
      'mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }',
      { id },
      token,
    );
    const after = (await post(here.url, '{ eventCursor }', {}, token)).data.eventCursor;
    for (const transport of allTransports) {
      await using client = transports[transport](here.url, token);
      const answers = client.iterate({ query: events, variables: { after, filter: { types: ['CONFIRMED'] } } });
      const count = transport === allTransports[0] ? 0 : 20;
      const all = take(answers, count + 20);
      for (let event = 0; event < 20; event++) await post(there.url, confirm, { id }, token);
      const cursors = (await all).map(({ data }) => data.knowledgeEvents.cursor);
      expect(new Set(cursors).size).toBe(count + 20);
      const listening = async () => {
        const text = `select from pg_stat_activity where datname = current_database() and query = 'listen cq_log'`;
        return Math.min(1, (await database.query(text)).length);
      };
      await expect.poll(listening).toBe(told.listening);
      await answers.return?.();
    }
    const said = (await here.stop()).stdout;
    expect(said.split('leads through a pooler').length - 1).toBe(told.says);
    expect(said).not.toMatch(/"level":[456]0/);
  });
});
