import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { steps } from '../../migrations/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { openStore } from '../../src/store/open.ts';
import { campaign } from '../campaign.ts';
import { finished, post, run, start, startProcess } from '../process.ts';
import { beginnings, engines, ledgerOf, rowsOf, type StartDatabase, unitsBehind } from './start-databases.ts';

const allSteps = steps.map(({ name }) => name);
// eight on an empty file are in test/cli/first-run.test.ts
const cases = Object.keys(engines)
  .flatMap((engine) => Object.keys(beginnings).map((beginning) => ({ engine, beginning })))
  .filter(({ engine, beginning }) => !(engine === 'SQLite' && beginning === 'is empty'));

async function begin(engine: string, beginning: string): Promise<StartDatabase> {
  const database = await engines[engine]?.();
  if (!database) throw new Error(`there is no ${engine}`);
  await beginnings[beginning]?.(database);
  return database;
}

describe.for(cases)('a $engine database that $beginning', ({ engine, beginning }) => {
  it('takes eight servers at once: one migrates, all serve', async () => {
    await using database = await begin(engine, beginning);
    const servers = await Promise.all(Array.from({ length: 8 }, () => startProcess(database.environment)));
    const count = '{ stats { totalCount } }';
    const answers = await Promise.all(servers.map(({ url }) => post(url, count)));
    const outcomes = await Promise.all(servers.map((server) => server.stop()));
    const units = beginning === 'is behind' ? unitsBehind : 0;
    expect(answers).toEqual(Array(8).fill({ data: { stats: { totalCount: units } } }));
    expect(outcomes.map(({ code }) => code)).toEqual(Array(8).fill(0));
    expect(await ledgerOf(database)).toEqual(allSteps);
    const migrating = outcomes.filter(({ stdout }) => stdout.includes(`indexed the words of ${units} units`));
    expect(migrating).toHaveLength(units > 0 ? 1 : 0);
  });
});

describe.for(Object.keys(engines))('a %s database', (engine) => {
  it('loses nothing when who migrates it is killed, and the next start completes', async () => {
    await using original = await begin(engine, 'is behind');
    const before = await rowsOf(original);
    expect(before.units).toHaveLength(unitsBehind);
    let [kills, leftBehind] = [0, 0];
    while (kills < campaign(5, 20)) {
      await using database = await original.copy();
      // up to five on one database, until one comes too late
      for (let behind = true, last = kills + 5; behind && kills < last; kills++) {
        await killWhileMigrating(database, kills % 2 === 0);
        behind = (await ledgerOf(database)).length < allSteps.length;
        if (behind) leftBehind++;
        expect(await rowsOf(database)).toEqual(before);
      }
      const next = await openStore(readConfig(database.environment).database, { migrate: true });
      await next.close();
      expect(await ledgerOf(database)).toEqual(allSteps);
      expect(await rowsOf(database)).toEqual(before);
      expect(await database.query('select id from search_documents')).toHaveLength(unitsBehind);
    }
    // else no kill has met the migration; half of them wait until it is at work
    expect(leftBehind).toBeGreaterThan(0);
  });

  it('that is behind is not served with CQ_MIGRATE=off until cq-server migrate has been there', async () => {
    await using database = await begin(engine, 'is behind');
    const environment = { ...database.environment, CQ_MIGRATE: 'off' };
    const refused = await run(['serve'], { ...environment, CQ_PORT: '0' });
    expect(refused).toMatchObject({ code: 78 });
    expect(refused.stderr).toMatch(/^cq-server: CQ_\w+ \(.+\) is \d+ migrations behind: run "cq-server migrate"\.\n$/);
    expect((await run(['migrate'], environment)).code).toBe(0);
    const server = await startProcess(environment);
    expect((await server.stop()).code).toBe(0);
    expect(await ledgerOf(database)).toEqual(allSteps);
  });

  it('that is newer than the program is refused with what to do, and left as it is', async () => {
    await using database = await begin(engine, 'is empty');
    await run(['migrate'], database.environment);
    await database.query("insert into cq_migrations (name) values ('9999-from-the-future')");
    for (const CQ_MIGRATE of ['on', 'off'])
      expect(await run(['serve'], { ...database.environment, CQ_PORT: '0', CQ_MIGRATE })).toEqual({
        code: 78,
        stdout: '',
        stderr: expect.stringMatching(
          /^cq-server: CQ_\w+ \(.+\) is newer than this program: it has the migration 9999-from-the-future\. Run the version that made it, or a newer one\.\n$/,
        ),
      });
    expect(await ledgerOf(database)).toEqual([...allSteps, '9999-from-the-future']);
  });
});

/** At a random moment of the start, or, with `working`, of the work on the units. */
async function killWhileMigrating(database: StartDatabase, working: boolean) {
  const migrating = start(['migrate'], database.environment);
  const outcome = finished(migrating);
  if (working && migrating.stderr) await Promise.race([once(migrating.stderr, 'data'), outcome]);
  await delay(Math.random() * (working ? 150 : 600));
  migrating.kill('SIGKILL');
  await outcome;
}
