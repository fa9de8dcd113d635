import { writeFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../postgres/databases.ts';
import { post, run, startProcess, temporaryFolder } from '../process.ts';
import { makePythonFile, makePythonPostgres } from './python-database.ts';
import { cases, keyText, password, secrets } from './python-rows.ts';

const environment = { CQ_JWT_SECRET: secrets.jwtSecret, CQ_API_KEY_PEPPER: secrets.apiKeyPepper };

/** Each of the databases, adopted by a real server: `work` is given what names it to a process. */
const databases = [
  {
    name: 'SQLite',
    async with(work: (environment: Record<string, string>) => Promise<void>) {
      using folder = temporaryFolder();
      makePythonFile(folder.file('cq.db'), 'Alembic, with vectors', cases);
      await work({ ...environment, CQ_DB_PATH: folder.file('cq.db') });
    },
  },
  {
    name: 'PostgreSQL',
    async with(work: (environment: Record<string, string>) => Promise<void>) {
      await using database = await createDatabase({ empty: true });
      await makePythonPostgres(database.url, cases);
      await work({ ...environment, CQ_DATABASE_URL: database.url.replace('postgresql:', 'postgresql+psycopg:') });
    },
  },
];

describe.for(databases)('a server that adopted a database on $name', (database) => {
  it('knows passwords, keys and tokens of before', () =>
    database.with(async (given) => {
      const server = await startProcess(given);
      const signedIn = await post(
        server.url,
        `mutation { signIn(input: { username: "alice", password: "${password}" }) { token } }`,
      );
      const token: string = signedIn.data.signIn.token;
      const before = await new SignJWT({ sub: 'bob' })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(Buffer.from(secrets.jwtSecret));
      for (const person of [token, before])
        expect((await post(server.url, '{ reviewQueue(first: 1) { totalCount } }', {}, person)).data).toMatchObject({
          reviewQueue: { totalCount: 18 },
        });
      const proposed = await post(
        server.url,
        `mutation { proposeKnowledgeUnit(input: { domains: ["x"], insight: { summary: "s", detail: "d", action: "a" } })
           { knowledgeUnit { status } userErrors { message } } }`,
        {},
        keyText,
      );
      expect(proposed.data.proposeKnowledgeUnit).toEqual({ knowledgeUnit: { status: 'PENDING' }, userErrors: [] });
      expect(await server.stop()).toMatchObject({ code: 0 });
    }));

  it('lets what is in quarantine be listed, repaired and admitted', () =>
    database.with(async (given) => {
      using folder = temporaryFolder();
      const migrated = await run(['migrate'], given);
      expect(migrated.stderr).toContain('12 rows are in quarantine: cq-server quarantine list');
      const listed = await run(['quarantine', 'list'], given);
      const rows = listed.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t'));
      expect(rows).toHaveLength(12);
      const number = rows.find(([, , , reason]) => reason?.includes('confidence'))?.[0] as string;
      const shown = JSON.parse((await run(['quarantine', 'show', number], given)).stdout);
      expect(await run(['quarantine', 'admit', number], given)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('evidence.confidence'),
      });
      writeFileSync(folder.file('repaired.json'), JSON.stringify({ ...shown, data: shown.data.replace('1.2', '0.9') }));
      const admitted = await run(['quarantine', 'admit', number, folder.file('repaired.json')], given);
      expect(admitted).toMatchObject({ code: 0, stdout: `${shown.id} is a unit now, pending.\n` });
      expect((await run(['quarantine', 'list'], given)).stdout.trim().split('\n')).toHaveLength(11);
      expect(await run(['quarantine', 'show', number], given)).toMatchObject({ code: 3 });
      const [other = ''] = rows.map(([each]) => each).filter((each) => each !== number);
      expect((await run(['quarantine', 'discard', other], given)).stdout).toMatch(/\tdiscarded\n$/);
      expect(await run(['quarantine', 'discard', other], given)).toMatchObject({ code: 3 });
      expect((await run(['quarantine', 'list'], given)).stdout.trim().split('\n')).toHaveLength(10);
      const exported = await run(['export'], given);
      expect(exported.stdout).toContain(shown.id);
    }));

  it('takes a document alone as the repair of a row, from standard input', () =>
    database.with(async (given) => {
      await run(['migrate'], given);
      const listed = await run(['quarantine', 'list'], given);
      const row = listed.stdout.split('\n').find((line) => line.includes('not valid JSON'));
      const number = row?.split('\t')[0] as string;
      const repaired = { domains: ['a'], insight: { summary: 'whole again', detail: '', action: '' } };
      const admitted = await run(['quarantine', 'admit', number, '-'], given, JSON.stringify(repaired));
      expect(admitted).toMatchObject({ code: 0 });
      expect((await run(['export'], given)).stdout).toContain('whole again');
      expect(await run(['quarantine', 'admit', '99999'], given)).toMatchObject({ code: 3 });
      expect(await run(['quarantine', 'admit', 'x'], given)).toMatchObject({ code: 2 });
    }));
});
