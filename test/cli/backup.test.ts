import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import { requireRoom } from '../../src/store/sqlite/check-copy.ts';
import { aUnit } from '../harness.ts';
import { finished, program, run, start, temporaryFolder } from '../process.ts';

const made = /^cq-\d{8}T\d{9}Z-[0-9a-f]{8}\.db$/;
const earlier = (n: number) => `cq-2026010${n}T000000000Z-0000000${n}.db`;

/** A database with a unit, which has made these backups, and a folder for them. */
async function anInstallation(folder: { file(name: string): string }, backups: readonly string[] = []) {
  const store = await openStore(sqliteDatabase(folder.file('cq.db')), { migrate: true });
  await store.units.restore(aUnit(), []);
  mkdirSync(folder.file('backups'));
  for (const name of backups) await store.backups.record({ place: `/elsewhere/${name}`, madeAt: new Date() }, 1000);
  await store.close();
  for (const name of backups) copyFileSync(folder.file('cq.db'), folder.file(`backups/${name}`));
  return {
    environment: { CQ_DB_PATH: folder.file('cq.db') },
    kept: () => readdirSync(folder.file('backups')).sort(),
    file: (name: string) => folder.file(`backups/${name}`),
  };
}

const isIntact = (file: string) => {
  const handle = new BetterSqlite(file, { readonly: true });
  try {
    return handle.pragma('integrity_check', { simple: true }) === 'ok';
  } finally {
    handle.close();
  }
};

/** An index with the entries of another: what a damaged disk does, and every query still answers something. */
function damage(file: string) {
  const handle = new BetterSqlite(file);
  handle.unsafeMode();
  handle.exec(`create table damaged (a, b); create index damaged_a on damaged (a);
    insert into damaged values (1, 'x'), (2, 'y'); pragma writable_schema = on;
    update sqlite_schema set sql = 'create index damaged_a on damaged (b)' where name = 'damaged_a'`);
  handle.close();
}

describe('backup --keep', () => {
  it('removes the oldest of its own, and nothing else', async () => {
    using folder = temporaryFolder();
    const { environment, kept, file } = await anInstallation(folder, [earlier(1), earlier(2), earlier(3)]);
    // another database's, a copy by hand, and what a killed process has left, or is just writing
    const others = [earlier(4), 'cq.db', 'notes.txt', `${earlier(5)}.partial`, `${earlier(2)}.partial`];
    for (const name of [...others, `${earlier(1)}.partial`, `${earlier(1)}.partial-wal`]) writeFileSync(file(name), '');
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    for (const name of [`${earlier(1)}.partial`, `${earlier(1)}.partial-wal`, `${earlier(5)}.partial`])
      utimesSync(file(name), yesterday, yesterday);

    const outcome = await run(['backup', '--keep', '2'], environment);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const [, path = ''] = /^(.*) is a copy of the database\.\n2 older removed, 2 kept\.\n$/.exec(outcome.stdout) ?? [];
    expect(basename(path)).toMatch(made);
    expect(kept()).toEqual([...others, earlier(3), basename(path)].sort());
    expect(isIntact(path)).toBe(true);
    if (process.platform !== 'win32') expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  });

  it('keeps the new one where a clock was set back, and what others make at the same time', async () => {
    using folder = temporaryFolder();
    const future = 'cq-20990101T000000000Z-00000000.db';
    const { environment, kept, file } = await anInstallation(folder, [earlier(1), future]);
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => run(['backup', '--keep', '1', folder.file('backups')], environment)),
    );
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([1, 2, 3].map(() => [0, '']));
    const left = kept();
    expect(left).toContain(future);
    expect(left).not.toContain(earlier(1));
    const fresh = left.filter((name) => name !== future);
    // the latest of them is nobody's to remove
    expect(fresh.length).toBeGreaterThan(0);
    for (const name of fresh) expect([name, made.test(name), isIntact(file(name))]).toEqual([name, true, true]);
  });

  it('removes nothing where the new one is damaged, has no room, or was not recorded', async () => {
    using folder = temporaryFolder();
    const before = [earlier(1), earlier(2)];
    const { environment, kept } = await anInstallation(folder, before);
    if (process.platform !== 'win32') {
      // of any disk, and for the superuser too: the shell limits how large a file may grow
      const limited = ['sh', '-c', 'ulimit -f 600 && exec "$0" "$@"', process.execPath, program()];
      const full = await finished(start(['backup', '--keep', '1'], environment, limited));
      expect(full).toMatchObject({ code: 69, stdout: '' });
      expect(kept()).toEqual(before);
    }
    damage(folder.file('cq.db'));
    const damaged = await run(['backup', '--keep', '1'], environment);
    expect(damaged).toMatchObject({ code: 1, stdout: '' });
    expect(damaged.stderr).toMatch(/^cq-server: \S+\.partial is damaged: .*damaged_a/);
    expect(kept()).toEqual(before);
    expect(await run(['backup', '--keep', '1', folder.file('new')], environment)).toMatchObject({ code: 1 });
    expect(existsSync(folder.file('new'))).toBe(false);
    const handle = new BetterSqlite(folder.file('cq.db'));
    handle.exec("drop table damaged; delete from cq_migrations where name like '0033%'; drop table backups");
    handle.close();
    const behind = await run(['backup', '--keep', '1'], environment);
    expect(behind).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/no record of it, so that nothing was removed/),
    });
    expect(kept()).toEqual([...before, expect.stringMatching(made)]);
  });

  it('does not begin where the disk has less left than it takes', () => {
    using folder = temporaryFolder();
    expect(() => requireRoom(folder.file('x'), 2 ** 60)).toThrow(
      /takes 1099511627776 MiB, and its disk has \d+ left\.$/,
    );
    expect(() => requireRoom(folder.file('x'), 1)).not.toThrow();
  });
});

describe('backup --verify', () => {
  it('restores the newest of a folder, also of a release before, and changes nothing there', async () => {
    using folder = temporaryFolder();
    const { kept, file } = await anInstallation(folder, [earlier(1), earlier(2)]);
    const handle = new BetterSqlite(file(earlier(2)));
    handle.exec("delete from cq_migrations where name like '0033%'; drop table backups");
    handle.close();
    writeFileSync(file(earlier(1)), 'no database');
    const { mtimeMs } = statSync(file(earlier(2)));
    const outcome = await run(['backup', '--verify', folder.file('backups')], {});
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toBe(`${file(earlier(2))} can be restored: 1 units, 0 accounts, once it was migrated.\n`);
    expect([statSync(file(earlier(2))).mtimeMs, kept()]).toEqual([mtimeMs, [earlier(1), earlier(2)]]);
    expect(await run(['backup', '--verify', file(earlier(1))], {})).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ cannot be restored: .*is no SQLite database/),
    });
  });

  it('fails on one that is damaged, and on none', async () => {
    using folder = temporaryFolder();
    const { file } = await anInstallation(folder, [earlier(1)]);
    damage(file(earlier(1)));
    // what killed processes have left: a day ago, and just now, when it may be at work
    for (const name of ['cq-restore-old', 'cq-restore-new']) mkdirSync(folder.file(`tmp/${name}`), { recursive: true });
    writeFileSync(folder.file('tmp/cq-restore-old/cq.db'), '');
    utimesSync(folder.file('tmp/cq-restore-old'), new Date(0), new Date(0));
    const outcome = await run(['backup', '--verify', file(earlier(1))], { TMPDIR: folder.file('tmp') });
    const left = readdirSync(folder.file('tmp')).filter((name) => name.startsWith('cq-restore-'));
    if (process.platform !== 'win32') expect(left).toEqual(['cq-restore-new']);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/ cannot be restored: it is damaged: .*damaged_a/);
    expect(await run(['backup', '--verify', folder.path], {})).toMatchObject({ code: 78 });
  });
});
