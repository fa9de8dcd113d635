import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readCollections } from '../../bench/eval/collection.ts';
import { temporaryFolder } from '../process.ts';

const docs = [
  { id: '1', title: 'Retry with back-off', text: 'Wait longer before each attempt.' },
  { id: '2', title: 'Rotate keys', text: 'Old secrets leak.' },
  { id: '3', title: '', text: '' },
];
const queries = [
  { id: 'q1', text: 'how long to wait before another attempt' },
  { id: 'q2', text: 'leaking secrets' },
  { id: 'q3', text: 'nobody has judged this' },
];
const qrels = { q1: { '1': 2, '2': 0 }, q2: { '2': 1 } };

function folderWith(files: Record<string, unknown>) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(folder.file(name), JSON.stringify(content));
  return folder;
}

describe('a collection', () => {
  it('is read from each JSON file, without queries that nothing answers', () => {
    using folder = folderWith({ 'small.json': { docs, queries, qrels }, 'also.json': { docs, queries, qrels } });
    writeFileSync(folder.file('README.md'), 'About the collections.');
    const [also, small] = readCollections(folder.path);
    expect(also?.name).toBe('also');
    expect(small).toEqual({
      name: 'small',
      documents: docs,
      queries: [
        {
          ...queries[0],
          grades: new Map([
            ['1', 2],
            ['2', 0],
          ]),
        },
        { ...queries[1], grades: new Map([['2', 1]]) },
      ],
    });
  });

  it.for([
    [{ docs, queries }, /c\.json is not a collection: .*qrels/s],
    [{ docs: [], queries, qrels }, /c\.json is not a collection: .*docs/s],
    [{ docs, queries, qrels: { q9: { '1': 1 } } }, /qrels names a query that is not there: q9\.$/],
    [{ docs, queries, qrels: { q1: { '9': 1 } } }, /qrels names a document that is not there: 9\.$/],
    [{ docs: [...docs, docs[0]], queries, qrels }, /two things are the document 1\.$/],
    [{ docs, queries, qrels: { q1: { '1': 0 } } }, /c\.json has no query that a document answers\.$/],
  ] as const)('is refused where it cannot be used: %j', ([content, message]) => {
    using folder = folderWith({ 'c.json': content });
    expect(() => readCollections(folder.path)).toThrow(message);
  });

  it('must be there', () => {
    using folder = folderWith({});
    expect(() => readCollections(folder.path)).toThrow(/holds no collection/);
  });
});

describe('npm run eval', () => {
  const program = fileURLToPath(new URL('../../bench/eval/run.ts', import.meta.url));

  it('prints the scores of each database', async () => {
    using folder = folderWith({ 'small.json': { docs, queries, qrels } });
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder.path]);
    expect(stdout).toMatch(/^\| small +\| SQLite +\| words +\| +2 \| +1\.000 \| +1\.000 \| +1\.000 \|$/m);
  });

  it('scores meaning too, where something embeds', async () => {
    using folder = folderWith({ 'small.json': { docs, queries, qrels } });
    const env = { ...process.env, CQ_EMBEDDING_PROVIDER: 'hash' };
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder.path], { env });
    for (const mode of ['words', 'meaning', 'hybrid'])
      expect(stdout).toMatch(new RegExp(`^\\| small +\\| SQLite +\\| ${mode} +\\| +2 \\| +1\\.000 \\|`, 'm'));
  });

  it('says what a least score keeps and leaves out', async () => {
    const bread = {
      docs: [{ id: '1', title: 'Wait before another attempt', text: 'Knead the dough, which takes long.' }],
      queries: [
        { id: 'clear', text: 'knead dough' },
        { id: 'weak', text: 'sourdough recipes that want hardly any kneading and taste good tomorrow' },
      ],
      qrels: { clear: { '1': 1 }, weak: { '1': 1 } },
    };
    using folder = folderWith({ 'bread.json': bread, 'small.json': { docs, queries, qrels } });
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--min-score=0.21', folder.path]);
    const lastColumns = stdout
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, name, database]) => name === 'collection' || database === 'SQLite')
      .map((cells) => [cells[1], ...cells.slice(-3, -1)]);
    expect(lastColumns).toEqual([
      ['collection', 'kept', 'nothing'],
      // a question of small is answered by bread too
      ['bread', '0.500', '0.500'],
      // of three documents, one lacks too much of its question
      ['small', '0.500', '1.000'],
    ]);
  });

  it('has no share of no questions', async () => {
    using folder = folderWith({ 'small.json': { docs, queries, qrels } });
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--min-score=0.21', folder.path]);
    expect(stdout).toMatch(/^\| small +\| SQLite +\| words +\|.*\| +\d\.\d{3} \| +– \|$/m);
  });

  it.for(['x', '', '-0.1', '1.1', 'NaN'])('refuses the least score %o', async (minScore) => {
    using folder = folderWith({ 'small.json': { docs, queries, qrels } });
    await expect(
      promisify(execFile)(process.execPath, [program, `--min-score=${minScore}`, folder.path]),
    ).rejects.toMatchObject({ code: 2, stderr: `--min-score must be a number from 0 to 1, got ${minScore}.\n` });
  });

  it('says how it is used', async () => {
    await expect(promisify(execFile)(process.execPath, [program])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm run eval -- <folder>'),
    });
  });
});
