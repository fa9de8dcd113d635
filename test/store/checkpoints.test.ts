import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import { createCheckpoints } from '../../src/store/sqlite/checkpoints.ts';
import { type Handle, openHandle } from '../../src/store/sqlite/connection.ts';
import { aUnit } from '../harness.ts';

// biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
const it = test.extend('file', async ({}, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), 'cq-test-'));
  onCleanup(() => rmSync(folder, { recursive: true }));
  return join(folder, 'cq.db');
});

function open(file: string, keptMs?: number) {
  const writer = openHandle(file);
  writer.pragma('journal_mode = WAL');
  writer.exec('create table blobs (bytes blob)');
  const reader = openHandle(file, { readonly: true });
  return { writer, reader, checkpoints: createCheckpoints(file, writer, reader, keptMs) };
}

function close({ writer, reader }: { writer: Handle; reader: Handle }) {
  reader.close();
  writer.close();
}

const mebibyte = 2 ** 20;
function write(handle: Handle, mebibytes: number, committed: () => void): void {
  const insert = handle.prepare('insert into blobs values (zeroblob(?))');
  for (let written = 0; written < mebibytes; written++) {
    insert.run(mebibyte);
    committed();
  }
}

const log = (handle: Handle) =>
  (handle.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[])[0] ?? expect.fail();

it('a log that has become long is written into the file by another thread', async ({ file }) => {
  const { writer, reader, checkpoints } = open(file);
  write(writer, 30, () => {});
  // no commit has done it
  expect(log(writer)).toMatchObject({ checkpointed: 0 });
  // whether or not the writer is in the next transaction by then
  writer.exec('begin immediate');
  checkpoints.look();
  writer.exec('rollback');
  await expect.poll(() => log(writer).checkpointed, { timeout: 60_000 }).toBe(log(writer).log);
  await checkpoints.close();
  close({ writer, reader });
  expect(existsSync(`${file}-wal`)).toBe(false);
});

it('the thread ends when none has been due for a while, and another starts with the next', async ({ file }) => {
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on('worker', note);
  const { writer, reader, checkpoints } = open(file, 1);
  const due = async () => {
    write(writer, 30, () => {});
    await expect
      .poll(
        () => {
          checkpoints.look();
          return log(writer).log - log(writer).checkpointed;
        },
        { timeout: 60_000, interval: 60 },
      )
      .toBe(0);
  };
  await due();
  await expect.poll(() => started.map(({ threadId }) => threadId), { timeout: 60_000 }).toEqual([-1]);
  await due();
  expect(started).toHaveLength(2);
  await checkpoints.close();
  process.off('worker', note);
  expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  close({ writer, reader });
});

it('a process that closes its file while one is under way stays until that is closed', async ({ file }) => {
  const source = (name: string) => JSON.stringify(import.meta.resolve(`../../src/store/sqlite/${name}.ts`));
  const program = `
    import { openHandle } from ${source('connection')};
    import { createCheckpoints } from ${source('checkpoints')};
    const writer = openHandle(${JSON.stringify(file)});
    writer.pragma('journal_mode = WAL');
    writer.exec('create table blobs (bytes blob)');
    const checkpoints = createCheckpoints(${JSON.stringify(file)}, writer, writer);
    const insert = writer.prepare('insert into blobs values (zeroblob(1000000))');
    for (let written = 0; written < 30; written++) insert.run();
    checkpoints.look();
    await checkpoints.close();
    console.log('closed');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toBe('closed\n');
});

it('a short log is left where it is', async ({ file }) => {
  const { writer, reader, checkpoints } = open(file);
  write(writer, 10, checkpoints.look);
  // without a thread that would have to be waited for
  await checkpoints.close();
  expect(log(writer)).toMatchObject({ checkpointed: 0 });
  close({ writer, reader });
});

it('a log that nobody else writes into the file is written there by a commit', async ({ file }) => {
  const { writer, reader } = open(file);
  write(writer, 70, () => {});
  // it has begun anew
  expect(log(writer).log).toBeLessThan(16_000);
  close({ writer, reader });
});

it('a log that a reader made grow is as short as ever when the reader has gone', async ({ file }) => {
  const { writer, reader } = open(file);
  const size = () => statSync(`${file}-wal`).size;
  write(writer, 1, () => {});
  reader.exec('begin; select count(*) from blobs');
  write(writer, 100, () => {});
  expect(size()).toBeGreaterThan(100 * mebibyte);
  reader.exec('rollback');
  // one writes it into the file, the next begins it anew
  write(writer, 2, () => {});
  expect(size()).toBeLessThan(64 * mebibyte);
  close({ writer, reader });
});

it('nothing is begun once it is closed', async ({ file }) => {
  const { writer, reader, checkpoints } = open(file);
  await checkpoints.close();
  write(writer, 30, checkpoints.look);
  expect(log(writer)).toMatchObject({ checkpointed: 0 });
  close({ writer, reader });
});

it('a store has it done', async ({ file }) => {
  const store = await openStore(sqliteDatabase(file), { migrate: true });
  const reader = openHandle(file, { readonly: true });
  const before = log(reader).log;
  // one transaction, so that no commit of it looks
  await store.transaction(async (tx) => {
    for (let at = 0; at < 80; at++) {
      const detail = `${at} ${'x'.repeat(250_000)}`;
      await tx.units.restore(aUnit({ insight: { summary: 's', detail, action: 'a' } }), []);
    }
  });
  expect(log(reader).log).toBeGreaterThan(before);
  await expect.poll(() => log(reader).checkpointed, { timeout: 60_000 }).toBe(log(reader).log);
  reader.close();
  await store.close();
});
