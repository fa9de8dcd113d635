import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../bench/compete.ts';
import { named } from '../../bench/contestants/all.ts';
import { serveRows } from '../../bench/contestants/floor.ts';
import { floorSqlite } from '../../bench/contestants/floor-sqlite.ts';
import type { UnitRow } from '../../bench/contestants/over/rows.ts';
import type { Running } from '../../bench/contestants/start.ts';
import { type Row, resultTables } from '../../bench/results-table.ts';
import { checkAnswers } from '../../bench/same-answers.ts';
import type { Lesson } from '../../bench/tasks.ts';
import { postgres } from '../postgres/databases.ts';

const program = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));

describe('bench/run.ts', () => {
  it('asks contestants on both databases the same, and puts them in relation to Yoga', async () => {
    const names = ['floor-sqlite', 'floor-postgres', 'cq-postgres-rest'];
    const short = ['--sizes=100', '--seconds=0.02', '--connections=2', '--json'];
    const { CQ_BENCH_PYTHON_URL: _, ...inherited } = process.env;
    const env = { ...inherited, CQ_TEST_POSTGRES_URL: (await postgres()).url };
    const args = [program, `--contestants=${names}`, ...short];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const rows: Row[] = JSON.parse(stdout);
    const asked = Object.fromEntries(rows.map(({ question, results }) => [question, Object.keys(results)]));
    const all = ['yoga', ...names];
    expect(asked).toEqual({
      [rows[0]?.question ?? '']: all,
      [rows[1]?.question ?? '']: all,
      [rows[2]?.question ?? '']: all,
      // for which REST has nothing
      'five by id': ['yoga', 'floor-sqlite', 'floor-postgres'],
      propose: all,
      'nine searches, one proposal': all,
      confirm: all,
    });
    expect(rows.map(({ question }) => question.replace(/ \(.*/, '')).slice(0, 3)).toEqual([
      'head tag',
      'middle tags',
      'rare tags',
    ]);
    for (const { size, connections, results } of rows) {
      expect({ size, connections }).toEqual({ size: 100, connections: 2 });
      expect(results.yoga?.ratio).toBe(1);
      for (const { own, perSecond } of Object.values(results))
        expect({ own, perSecond }).toEqual({ own: expect.any(Number), perSecond: expect.any(Number) });
      expect(results['floor-postgres']).toHaveProperty('sessions');
      expect(results['floor-sqlite']).not.toHaveProperty('sessions');
    }
  });
});

describe('contestants', () => {
  it('are found by their names, the baseline with them', () => {
    expect(named(['floor-sqlite', 'postgraphile']).map(({ name }) => name)).toEqual([
      'yoga',
      'floor-sqlite',
      'postgraphile',
    ]);
  });

  it('are listed for a name that none has', () => {
    expect(() => named(['apollo'])).toThrow(/^There is no contestant apollo\. There are yoga, yoga-jit, /);
  });
});

describe('answers', () => {
  const lesson: Lesson = {
    id: 'ku_1',
    domains: ['api'],
    insight: { summary: 'A lesson', detail: 'What happened.', action: 'What to do.' },
    context: { languages: [], frameworks: [], pattern: '' },
    evidence: { confidence: 0.5, confirmations: 1, lastConfirmedAt: null },
    tier: 'private',
    createdAt: '2026-03-01T10:00:00.000Z',
    flagCounts: [{ reason: 'stale', count: 2 }],
  };
  const row: UnitRow = {
    ...{ id: 'ku_1', domains: '["api"]', ...lesson.insight, languages: '[]', frameworks: '[]', pattern: '' },
    ...{ confidence: 0.5, confirmations: 1, last_confirmed: null, tier: 'private', created_at: lesson.createdAt },
    flags: '[{"reason":"stale","count":2}]',
  };

  async function check(answer: readonly UnitRow[]) {
    const { url, stop } = await serveRows(
      () => answer,
      () => {},
    );
    const task = { do: 'search', domain: 'api' } as const;
    const question = { name: 'api', writes: false, examples: [task], tasks: () => () => task };
    const running = { contestant: floorSqlite, url } as Running;
    try {
      await checkAnswers(running, [question], { lessons: [lesson], hits: { api: [{ id: 'ku_1', score: 0.3 }] } }, '');
    } finally {
      await stop();
    }
  }

  it('are those of the store', async () => {
    await expect(check([row])).resolves.toBeUndefined();
  });

  it.for([
    [[row, row], '2 units, not 1'],
    [[{ ...row, id: 'ku_2' }], 'id is "ku_2", not "ku_1"'],
    [[{ ...row, confidence: 0.6 }], 'confidence is 0.6, not 0.5'],
    [[{ ...row, domains: '["api","x"]' }], 'domains is ["api","x"], not ["api"]'],
    [[{ ...row, flags: '[]' }], 'flagCounts is [], not [{"reason":"stale","count":2}]'],
  ] as const)('of another kind end the run: %$', async ([answer, problem]) => {
    await expect(check(answer)).rejects.toThrow(`floor-sqlite does not answer "api" as the store does: ${problem}`);
  });
});

describe('tables', () => {
  it('have what is not to be known as such', () => {
    const measured: Result = { perSecond: 100, own: 200, ratio: 1 };
    const results = { yoga: measured, near: { ...measured, sessions: 50.4, ratio: 1.25 } };
    const far = { ...measured, sessions: null, ratio: null };
    const row = { size: 20_000, connections: 16, question: 'head tag', results: { ...results, far } };
    expect(resultTables([row], ['yoga', 'near', 'far', 'silent'], 'yoga').split('\n')).toEqual(
      expect.arrayContaining([
        '### 20,000 units, 16 connections',
        '| yoga       |    1.00× |',
        '| near       |    1.25× |',
        '| far        |  unknown |',
        '| silent     |          |',
        '| near       |      200 + 50 |',
        '| far        | 200 + unknown |',
      ]),
    );
  });
});

describe('the packages of other servers', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../bench/contestants/outside/${name}`, import.meta.url), 'utf8'));

  it('have exact versions, which their own lock file has too, and one graphql', () => {
    const { dependencies } = read('package.json');
    const { packages } = read('package-lock.json');
    expect(packages[''].dependencies).toEqual(dependencies);
    for (const [name, version] of Object.entries(dependencies))
      expect(packages[`node_modules/${name}`].version).toBe(version);
    expect(Object.keys(packages).filter((path) => /(^|\/)node_modules\/graphql$/.test(path))).toHaveLength(1);
  });

  it('are not those of the repository', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    const ours = new Set(Object.keys({ ...dependencies, ...devDependencies }));
    expect(['mercurius', 'fastify', 'postgraphile', 'graphql-jit'].filter((name) => ours.has(name))).toEqual([]);
  });
});
