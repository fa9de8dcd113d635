import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makePythonFile } from '../adoption/python-database.ts';
import { cases, secrets } from '../adoption/python-rows.ts';
import { finished, program, run, start, startProcess, temporaryFolder } from '../process.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const modesIn = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name.replace(/\d{8}T\d{6}Z/, 'TIME'), modeOf(join(folder, name))]),
  );

/** A process that leaves to others what it does not keep from them by itself. */
const under = (umask: string) => ['sh', '-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, program()];

it.skipIf(process.platform === 'win32').for(['022', '000'])(
  'everything that is made is its owner’s alone, with a umask of %s',
  async (umask) => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('one/two/cq.db') };
    const server = await startProcess(environment, ['serve'], under(umask));
    expect(modesIn(folder.file('one/two'))).toEqual({
      'cq.db': '600',
      'cq.db-shm': '600',
      'cq.db-wal': '600',
      'cq.secrets.json': '600',
    });
    for (const args of [
      ['backup', folder.file('copy.db')],
      ['export', folder.file('units.jsonl')],
    ])
      expect(await finished(start(args, environment, under(umask)))).toMatchObject({ code: 0 });
    const { stdout } = await server.stop();
    expect(modesIn(folder.path)).toEqual({ one: '700', 'copy.db': '600', 'units.jsonl': '600' });
    expect(modeOf(folder.file('one/two'))).toBe('700');
    expect(stdout).not.toContain('database files are readable');
  },
);

it.skipIf(process.platform === 'win32')('what was there stays as it is, with one warning', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file('data'));
  const before = process.umask(0o022);
  makePythonFile(folder.file('data/cq.db'), 'Alembic', cases.slice(0, 2));
  process.umask(before);
  const { mode } = statSync(folder.file('data'));
  const environment = { CQ_JWT_SECRET: secrets.jwtSecret, CQ_API_KEY_PEPPER: secrets.apiKeyPepper };
  const server = await startProcess({ ...environment, CQ_DB_PATH: folder.file('data/cq.db') }, ['serve'], under('000'));
  const { stdout } = await server.stop();
  expect(statSync(folder.file('data')).mode).toBe(mode);
  expect(modesIn(folder.file('data'))).toEqual({ 'cq.db': '644', 'cq.db.backup-TIME': '600' });
  const warnings = stdout.split('\n').filter((line) => line.includes('database files are readable'));
  expect(warnings.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 40, paths: [folder.file('data'), folder.file('data/cq.db')] }),
  ]);
  expect(await run(['adoption', 'status'], { CQ_DB_PATH: folder.file('data/cq.db') })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/kept in cq\.db\.backup-.*\n.*loses nothing/),
  });
});
