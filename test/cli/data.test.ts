import { readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { toLine } from '../../src/domain/unit-lines.ts';
import { openStore } from '../../src/store/open.ts';
import { aUnit } from '../harness.ts';
import { post, run, startProcess, temporaryFolder } from '../process.ts';
import { aFlag } from '../store/conformance/fixture.ts';
import { revise } from './installation.ts';

const samples = fileURLToPath(new URL('../../samples/units.jsonl', import.meta.url));
const password = 'a long password';

/** A database with units of every kind. */
async function fill(file: string) {
  const store = await openStore(sqliteDatabase(file), { migrate: true });
  const flagged = aUnit({ extensions: '{"a:b":1.0,"c:d":123456789012345678901234567890,"e:f":[1e400,null]}' });
  await store.units.restore(flagged, [
    aFlag(flagged.id, { detail: 'über 😀' }),
    aFlag(flagged.id, { reason: 'duplicate', duplicateOf: `ku_${'a'.repeat(32)}`, createdBy: null }),
  ]);
  await store.units.restore(aUnit({ status: 'pending', context: { languages: ['x', 'x'], pattern: 'P' } }), []);
  const note = {
    status: 'rejected' as const,
    reviewedBy: 'rob',
    reviewedAt: new Date(1),
    note: 'no',
    internalNote: 'why',
  };
  await store.units.restore(aUnit({ status: 'rejected', review: note, supersededBy: flagged.id, tier: 'public' }), []);
  for (let count = 0; count < 20; count++)
    await store.units.restore(aUnit({ insight: { detail: 'x'.repeat(9000) } }), []);
  await revise(store, flagged);
  await store.close();
}

async function unitsOf(file: string) {
  const store = await openStore(sqliteDatabase(file), { migrate: false });
  const { items } = await store.units.list({}, { field: 'createdAt', direction: 'asc' }, { limit: 100 });
  await store.close();
  return items;
}

describe('export and import', () => {
  it('carry every unit over as it is, and again without change', async () => {
    using folder = temporaryFolder();
    await fill(folder.file('one.db'));
    const one = { CQ_DB_PATH: folder.file('one.db') };
    const two = { CQ_DB_PATH: folder.file('two.db') };
    const exported = await run(['export', folder.file('units.jsonl')], one);
    expect(exported).toMatchObject({ code: 0, stderr: '23 units exported.\n' });
    const text = readFileSync(folder.file('units.jsonl'), 'utf8');
    expect(text).toContain('"extensions":{"a:b":1.0,"c:d":123456789012345678901234567890,"e:f":[1e400,null]}');
    const added = await run(['import', folder.file('units.jsonl')], two);
    expect(added).toMatchObject({ code: 0, stderr: '23 units added, 0 were there already, 0 lines refused.\n' });
    const again = await run(['import'], two, text);
    expect(again.stderr).toBe('0 units added, 23 were there already, 0 lines refused.\n');
    expect((await run(['export'], two)).stdout).toBe(text);
    // and as the store has it, in case the lines leave something out
    expect(await unitsOf(folder.file('two.db'))).toEqual(await unitsOf(folder.file('one.db')));
  });

  it('write no date that cannot be read', async () => {
    using folder = temporaryFolder();
    await fill(folder.file('cq.db'));
    const handle = new BetterSqlite(folder.file('cq.db'));
    const unit = handle.prepare(
      'update knowledge_units set updated_at = ? where id in (select max(id) from knowledge_units) returning id',
    );
    const { id } = unit.get('17/11/2026 05:30') as { id: string };
    handle.close();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const exported = await run(['export'], environment);
    expect(exported.code).not.toBe(0);
    expect(exported.stderr).toContain(
      `The unit ${id} cannot be exported: its updated_at in the database is no instant.`,
    );
    expect(exported.stdout).not.toContain('null,"updated_at"');
    expect(exported.stdout).not.toContain('"updated_at":null');
    const urls = ['--from', `sqlite:///${folder.file('cq.db')}`, '--to', `sqlite:///${folder.file('copy.db')}`];
    const copied = await run(['copy', ...urls], environment);
    expect(copied.code).not.toBe(0);
    expect(copied.stderr).toContain(`knowledge_units holds a row of ${id} whose updated_at is no instant.`);
  });

  it('go on where a file was cut off', async () => {
    using folder = temporaryFolder();
    await fill(folder.file('cq.db'));
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const whole = (await run(['export'], environment)).stdout;
    const file = folder.file('cut.jsonl');
    // cut off in a line, with more behind it than will be written
    writeFileSync(file, `${whole.slice(0, whole.indexOf('\n', 30_000) + 100)}${'x'.repeat(whole.length)}`);
    expect((await run(['export', file], environment)).code).toBe(78);
    expect((await run(['export', file, '--resume'], environment)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });

  it('refuse bad lines by number and reason, and take the others', async () => {
    using folder = temporaryFolder();
    await fill(folder.file('one.db'));
    const [first = '', second = '', third = ''] = (
      await run(['export'], { CQ_DB_PATH: folder.file('one.db') })
    ).stdout.split('\n');
    const lines = [
      first,
      '{"id":',
      '',
      second.replace(/"id":"ku_/, '"id":"kx_'),
      third.replace('"rejected"', '"lost"'),
      third,
    ];
    const outcome = await run(['import'], { CQ_DB_PATH: folder.file('two.db') }, lines.join('\n'));
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toMatch(
      /^line 2: is not valid JSON\nline 4: id: .*\nline 5: status: .*\n2 units added, 0 were there already, 3 lines refused\.\n$/,
    );
  });
});

describe('a file', () => {
  it('with a byte order mark, CRLF and other separators in its texts is imported as it is', async () => {
    using folder = temporaryFolder();
    const [one, two] = [{ CQ_DB_PATH: folder.file('one.db') }, { CQ_DB_PATH: folder.file('two.db') }];
    const store = await openStore(sqliteDatabase(folder.file('one.db')), { migrate: true });
    await store.units.restore(
      aUnit({ insight: { summary: 'a\u2028b', detail: 'c\u2029d\u0085e', action: '\ufefff' } }),
      [],
    );
    await store.units.restore(aUnit({ insight: { summary: 'second' } }), []);
    await store.close();
    const text = (await run(['export'], one)).stdout;
    const added = await run(['import'], two, `\ufeff${text.replaceAll('\n', '\r\n')}`);
    expect(added).toMatchObject({ code: 0, stderr: '2 units added, 0 were there already, 0 lines refused.\n' });
    expect((await run(['export'], two)).stdout).toBe(text);
  });

  it('with a line that is not UTF-8 is refused there by line and byte, and one in UTF-16 or compressed at once', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const line = toLine(aUnit({ insight: { summary: 'café' } }), []);
    writeFileSync(folder.file('latin'), Buffer.from(`${toLine(aUnit(), [])}\n${line}\n`, 'latin1'));
    const latin = await run(['import', folder.file('latin')], environment);
    expect([latin.code, latin.stderr]).toEqual([
      3,
      expect.stringMatching(
        /^line 2: is not UTF-8: byte 0xe9 at offset \d+ of the line, \d+ of the input\n1 units added, 0 were there already, 1 lines refused\.\n$/,
      ),
    ]);
    writeFileSync(folder.file('utf16'), Buffer.from(`\ufeff${line}\n`, 'utf16le'));
    writeFileSync(folder.file('gz'), gzipSync(`${line}\n`));
    for (const [file, said] of [
      ['utf16', 'UTF-16 (little-endian)'],
      ['gz', 'compressed (gzip)'],
    ] as const)
      for (const command of [
        ['import', folder.file(file)],
        ['seed', folder.file(file), '--user', 'ann'],
      ]) {
        const refused = await run(command, environment);
        expect([refused.code, refused.stderr]).toEqual([
          3,
          expect.stringContaining(`cq-server: The input is ${said}, and must be plain UTF-8`),
        ]);
      }
  });

  it('of the other command is refused, with the command that takes it', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    await run(['user', 'add', 'ann', '--password-stdin'], environment, password);
    writeFileSync(folder.file('exported'), `${toLine(aUnit(), [])}\n`);
    const seeded = await run(['seed', folder.file('exported'), '--user', 'ann'], environment);
    expect([seeded.code, seeded.stderr]).toEqual([3, expect.stringContaining('"cq-server import FILE" takes')]);
    const lessons = readFileSync(samples, 'utf8');
    const array = JSON.stringify(
      lessons
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text)),
    );
    for (const text of [lessons, `\n${lessons}`, array, `\ufeff${array}`]) {
      const imported = await run(['import'], environment, text);
      expect([imported.code, imported.stderr]).toEqual([
        3,
        expect.stringContaining('"cq-server seed FILE --user NAME"'),
      ]);
    }
    const pretty = await run(['import'], environment, JSON.stringify({ id: 1 }, null, 2));
    expect([pretty.code, pretty.stderr]).toEqual([3, expect.stringContaining('JSON over several lines')]);
    expect((await run(['export'], environment)).stdout).toBe('');
  });
});

describe('seed', () => {
  it('adds the lessons of a file once', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    await run(['user', 'add', 'ann', '--password-stdin'], environment, password);
    const count = readFileSync(samples, 'utf8').trim().split('\n').length;
    const first = await run(['seed', samples, '--user', 'ann'], environment);
    expect(first.stdout).toBe(`${count} units added, 0 were there already.\n`);
    const second = await run(['seed', samples, '--user', 'ann'], environment);
    expect(second.stdout).toBe(`0 units added, ${count} were there already.\n`);
  });

  it('names the entry that is wrong', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    await run(['user', 'add', 'ann', '--password-stdin'], environment, password);
    writeFileSync(
      folder.file('bad.json'),
      JSON.stringify([{ domains: ['a'], insight: { summary: 's', detail: 'd' } }]),
    );
    const bad = await run(['seed', folder.file('bad.json'), '--user', 'ann'], environment);
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringMatching(/^cq-server: entry 1: insight\.action: .*\n$/)]);
    const none = await run(['seed', folder.file('none.json'), '--user', 'ann'], environment);
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/^cq-server: ENOENT.*\n$/)]);
  });
});

it('backup holds what was acknowledged before it, while a server goes on writing', async () => {
  using folder = temporaryFolder();
  const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_RATE_LIMIT: '0' };
  const server = await startProcess(environment);
  await run(['user', 'add', 'mia', '--password-stdin'], environment, password);
  const key = (await run(['api-key', 'create', '--user', 'mia', '--name', 'k'], environment)).stdout.trim();
  const propose =
    'mutation { proposeKnowledgeUnit(input: { domains: ["a"], insight: { summary: "", detail: "", action: "" } }) { knowledgeUnit { id } } }';
  const acknowledged: string[] = [];
  let writing = true;
  const writer = (async () => {
    while (writing)
      acknowledged.push((await post(server.url, propose, {}, key)).data.proposeKnowledgeUnit.knowledgeUnit.id);
  })();
  while (acknowledged.length < 5) await delay(10);
  const before = [...acknowledged];
  const outcome = await run(['backup', folder.file('copy.db')], environment);
  writing = false;
  await writer;
  await server.stop();
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const store = await openStore(sqliteDatabase(folder.file('copy.db')), { migrate: false });
  await store.ping();
  expect((await store.units.findMany(before)).filter(Boolean)).toHaveLength(before.length);
  expect(before.length).toBeGreaterThan(0);
  await store.close();
  expect((await run(['backup', folder.file('copy.db')], environment)).code).toBe(78);
  expect((await run(['migrate'], environment)).stdout).toBe('The database is up to date.\n');
});

const closing = (watcher: { close(): void }) => ({ [Symbol.dispose]: () => watcher.close() });

describe('backup', () => {
  it('is named by what is erased later, as it was made', async () => {
    using folder = temporaryFolder();
    await fill(folder.file('cq.db'));
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const backUp = (name: string) => run(['backup', folder.file(name)], environment);
    expect(await backUp('missing/one.db')).toMatchObject({ code: 1 });
    const names: (string | null)[] = [];
    using _watcher = closing(watch(folder.path, (_, name) => names.push(name)));
    expect(await backUp('one.db')).toMatchObject({ code: 0, stderr: '' });
    // under its name only when it is complete
    const copies = names.filter((name) => name?.startsWith('one.db'));
    // elsewhere changes are told in another order
    if (process.platform === 'linux') {
      expect(copies[0]).toMatch(/^one\.db\.[0-9a-f]{8}\.partial$/);
      expect(copies).toContain('one.db');
    }
    expect(readdirSync(folder.path).filter((name) => name.startsWith('one.db'))).toEqual(['one.db']);
    expect(await run(['backup', folder.file('two.db')], { ...environment, CQ_MIGRATE: 'off' })).toMatchObject({
      ...{ code: 0, stderr: '' },
    });
    const [id] = (await run(['export'], environment)).stdout.match(/ku_\w+/) ?? [''];
    const erased = await run(['unit', 'erase', id, '--reason', 'r'], environment);
    const lineOf = (name: string) =>
      `It may still be in ${folder.file(name)}, a backup of \\S+Z, and where that was moved to.\n`;
    expect(erased.stderr).toMatch(new RegExp(`^${lineOf('one.db')}${lineOf('two.db')}$`));
    expect(await backUp('three.db')).toMatchObject({ code: 0, stderr: '' });
    const [other] = (await run(['export'], environment)).stdout.match(/ku_\w+/) ?? [''];
    expect((await run(['unit', 'erase', other, '--reason', 'r'], environment)).stderr).toContain('three.db');
  });

  it('is made of a database that cannot take the record, and says so', async () => {
    using folder = temporaryFolder();
    await fill(folder.file('cq.db'));
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    // one of the release before
    const handle = new BetterSqlite(folder.file('cq.db'));
    handle.exec("drop table backups; delete from cq_migrations where name like '0033%'");
    handle.close();
    const outcome = await run(['backup', folder.file('copy.db')], environment);
    expect(outcome).toMatchObject({ code: 0, stdout: `${folder.file('copy.db')} is a copy of the database.\n` });
    expect(outcome.stderr).toMatch(/^The database has no record of it, so that erasures will not name it: .+\n$/);
    expect((await run(['export'], { CQ_DB_PATH: folder.file('cq.db') })).code).toBe(78);
  });
});

describe('unit erase', () => {
  it('erases a unit, whose line is not imported again, and cleans the file', async () => {
    using folder = temporaryFolder();
    await fill(folder.file('cq.db'));
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const lines = (await run(['export'], environment)).stdout;
    const { id } = JSON.parse(lines.split('\n')[0] ?? '');
    const erased = await run(['unit', 'erase', id, '--reason', 'It had\ta key.'], environment);
    expect([erased.code, erased.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${id}\t\\S+\tDONE\tIt had a key.\n$`)),
    ]);
    expect(await run(['unit', 'erasures'], environment)).toMatchObject({ code: 0, stdout: erased.stdout });
    expect((await run(['unit', 'erasures', '--finish'], environment)).stdout).toBe('');
    // as one that was killed leaves it
    const handle = new BetterSqlite(folder.file('cq.db'));
    handle
      .prepare('update erased_units set done_at = null, attempt_at = ?')
      .run(new Date(Date.now() + 600_000).toISOString());
    handle.close();
    expect((await run(['unit', 'erasures', '--finish'], environment)).stdout).toMatch(
      new RegExp(`^${id}\t\\S+\tPENDING: Another process works on it,`),
    );
    const again = await run(['import'], environment, lines);
    const refused = `line 1: The unit ${id} was erased, and its id is not used again.`;
    expect(again.stderr).toBe(`${refused}\n0 units added, 22 were there already, 1 lines refused.\n`);
  });
});
