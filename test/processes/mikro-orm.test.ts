import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { steps } from '../../migrations/index.ts';
import { campaign } from '../campaign.ts';
import { finished, start } from '../process.ts';
import { engines, ledgerOf, rowsOf, type StartDatabase } from './start-databases.ts';

const command = [process.execPath, join(import.meta.dirname, '../../node_modules/@mikro-orm/cli/cli.js')];

/** Runs the ORM's own command on a database; its tables are plain lines here. */
async function mikroOrm({ environment }: StartDatabase, ...args: string[]) {
  const { code, stdout, stderr } = await finished(start(args, { NO_COLOR: '1', ...environment }, command));
  const names = [...stdout.matchAll(/^│ (\d{4}-\S+)/gm)].map(([, name]) => name);
  return { code, stdout, stderr, names };
}

const names = steps.map(({ name }) => name);

/** What would change a database past the server's lock and adoption; of the many, one for each way, since each takes seconds. */
const changes = [
  ['migration:down'],
  ['schema:update', '--run'],
  ...campaign(
    [],
    [
      ['migration:up', '--to', names.at(-1) as string],
      ['migration:fresh'],
      ['migration:log', '--name', 'x'],
      ['migration:create', '--blank'],
      ['schema:fresh', '--run'],
    ],
  ),
];

describe.for(Object.entries(engines))('the command mikro-orm on %s', ([, create]) => {
  it('says what has run and what has not, and that the entities are what is there', async () => {
    await using database = await create();
    const half = names.slice(0, names.indexOf('0008-embeddings') + 1);
    await database.migrateTo('0008-embeddings');
    expect(await mikroOrm(database, 'migration:list')).toMatchObject({ code: 0, names: half });
    expect(await mikroOrm(database, 'migration:pending')).toMatchObject({ code: 0, names: names.slice(half.length) });
    for (const dump of campaign([], [['schema:update', '--dump']]))
      expect((await mikroOrm(database, ...dump)).stdout).toContain('sign_in_attempts');
    expect(await ledgerOf(database)).toEqual(half);

    expect(await mikroOrm(database, 'migration:up')).toMatchObject({ code: 0 });
    expect(await ledgerOf(database)).toEqual(names);
    const nothing = await mikroOrm(database, 'migration:pending');
    expect(nothing).toMatchObject({ code: 0, stdout: 'No pending migrations\n', stderr: '' });
    const same = await mikroOrm(database, 'schema:update', '--dump');
    expect(same).toMatchObject({ code: 0, stdout: 'Schema is up-to-date\n', stderr: '' });
    for (const check of campaign([], ['migration:check']))
      expect(await mikroOrm(database, check)).toMatchObject({ code: 0 });
  });

  it('changes nothing by itself', async () => {
    await using database = await create();
    await database.migrateTo(names.at(-1) as string);
    await database.query(`
      insert into users (username, password_hash, role, created_at)
      values ('mia', 'none', 'admin', '2026-01-01T00:00:00.000Z')`);
    const before = await rowsOf(database);
    for (const change of changes) {
      const { code, stderr } = await mikroOrm(database, ...change);
      expect([change[0], code, stderr]).toEqual([
        change[0],
        1,
        expect.stringContaining('by "cq-server migrate" alone'),
      ]);
    }
    expect(await ledgerOf(database)).toEqual(names);
    expect(await rowsOf(database)).toEqual(before);
  });

  it('leaves a database alone that is none of a cq server', async () => {
    await using database = await create();
    await database.query('create table others (id integer)');
    for (const look of ['migration:list', ...campaign([], ['migration:pending', 'migration:check']), 'migration:up']) {
      const { code, stderr } = await mikroOrm(database, look);
      expect([code, stderr]).toEqual([1, expect.stringContaining('holds what no cq server made (others)')]);
    }
    await expect(ledgerOf(database)).rejects.toThrow('cq_migrations');
  });
});
