import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { has, lacks, unless } from '../left-out.ts';
import { program, run, startProcess, temporaryFolder } from '../process.ts';
import { operations, present, send, statusOf, unavailable } from './commons.ts';

const large = 'x'.repeat(8000);

describe('a SQLite file that has no room left', () => {
  it(
    'is away for who writes, keeps what was acknowledged, and goes on when there is room',
    unless(!has('prlimit'), lacks.prlimit),
    async () => {
      using folder = temporaryFolder();
      const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_RATE_LIMIT: '0' };
      await run(['user', 'add', 'mia', '--password-stdin'], environment, 'a long password');
      const key = (await run(['api-key', 'create', '--user', 'mia', '--name', 'k'], environment)).stdout.trim();
      // of any disk, and for the superuser too: the shell limits how large a file may grow
      const limited = ['sh', '-c', 'ulimit -S -f 6000 && exec "$0" "$@"', process.execPath, program()];
      const server = await startProcess(environment, ['serve'], limited);
      const propose = () => send(server.url, operations.propose, { detail: large }, key);

      const acknowledged: string[] = [];
      let outcome = await propose();
      for (; outcome.status === 200 && acknowledged.length < 1000; outcome = await propose())
        acknowledged.push(outcome.data.proposeKnowledgeUnit.knowledgeUnit.id);
      expect(outcome).toMatchObject(unavailable);
      expect(acknowledged.length).toBeGreaterThan(10);
      expect(await propose()).toMatchObject(unavailable);
      expect(await statusOf(`${server.url}/livez`)).toBe(200);
      expect(await present(server.url, acknowledged, key)).toEqual(acknowledged);

      await promisify(execFile)('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited:']);
      for (let count = 0; count < 20; count++) {
        const { status, data } = await propose();
        expect(status).toBe(200);
        acknowledged.push(data.proposeKnowledgeUnit.knowledgeUnit.id);
      }
      expect(await present(server.url, acknowledged, key)).toEqual(acknowledged);
      expect((await server.stop()).code).toBe(0);

      const next = await startProcess(environment);
      expect(await present(next.url, acknowledged, key)).toEqual(acknowledged);
      expect((await next.stop()).code).toBe(0);
    },
  );
});
