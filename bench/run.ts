import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sqliteDatabase } from '../src/config/sqlite-url.ts';
import { createApiKey, createUser } from '../src/domain/account.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { load } from './generate.ts';
import { answersOf, type Measure, measure, median } from './measure.ts';
import { type Contestant, type Kind, start } from './protocol.ts';
import { canAsk, chooseQuestions, type Question } from './questions.ts';
import { secrets } from './secrets.ts';
import { type Measures, type Row, tables } from './table.ts';

const help = `node bench/run.ts [options]

  --sizes 1000,10000,100000  how many units to generate
  --seconds 5                for how long each contestant is asked each question
  --json                     print figures as JSON
  --key                      ask with an API key
  --keep <folder>            keep the generated databases there, and use the ones that are there
  --profile <folder>         leave the contestants' processor profiles there
  --only <text>              only questions whose name holds this`;

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    seconds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    key: { type: 'boolean', default: false },
    keep: { type: 'string' },
    profile: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

const kinds: readonly Kind[] = ['cq', 'mcp', 'yoga', 'statement'];
/** The contestants take turns this often; the median turn counts. */
const rounds = 5;

if (options.help) console.log(help);
else await main();

async function main() {
  const sizes = options.sizes.split(',').map(Number);
  const seconds = Number(options.seconds);
  if (![...sizes, seconds].every((value) => value > 0)) throw new Error(`sizes and seconds are numbers.\n${help}`);
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'cq-bench-'));
  try {
    const rows: Row[] = [];
    for (const size of sizes) rows.push(...(await atSize(join(folder, `${size}.db`), size, seconds)));
    console.log(options.json ? JSON.stringify(rows, null, 2) : tables(rows));
  } finally {
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function atSize(file: string, size: number, seconds: number): Promise<Row[]> {
  const { questions, key } = await prepare(file, size);
  const contestants: Contestant[] = [];
  try {
    for (const kind of kinds) contestants.push(await start(kind, file, options.profile));
    const rows: Row[] = [];
    for (const question of questions) {
      await checkAnswers(contestants, question, key);
      rows.push({ size, question: question.name, measures: await compete(contestants, question, seconds, key) });
      progress(`${size.toLocaleString('en')} units: ${question.name}`);
    }
    return rows;
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}

async function prepare(file: string, size: number): Promise<{ questions: Question[]; key?: string }> {
  const isNew = !existsSync(file);
  const store = await openStore(sqliteDatabase(file), { migrate: true });
  try {
    const start = performance.now();
    if (isNew) await load(store, size);
    if (isNew)
      progress(`${size.toLocaleString('en')} units loaded in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    const questions = (await chooseQuestions(store)).filter(({ name }) => name.includes(options.only));
    return { questions, key: options.key ? await generateApiKey(store) : undefined };
  } finally {
    await store.close();
  }
}

async function generateApiKey(store: Store): Promise<string> {
  // a new owner each time: a kept database would reach the limit of keys for one
  const username = `agent-${Date.now()}`;
  const user = await createUser(store, { username, password: 'correct horse', role: 'member' });
  return (await createApiKey(store, secrets, user, { name: 'bench', ttl: '1d' })).secret;
}

/** Teaches the ceiling without a database its answers, and makes sure that all contestants do the same work. */
async function checkAnswers(contestants: readonly Contestant[], question: Question, key?: string) {
  const [cq, mcp, yoga, statement] = contestants as [Contestant, Contestant, Contestant, Contestant];
  const expected = await answersOf(cq, question, key);
  await yoga.ask({
    do: 'learn',
    answers: expected.map((text, at) => [question.terms[at]?.join() ?? '', text] as const),
  });
  const fromMemory = await answersOf(yoga, question);
  const { ids = [] } = await statement.ask({ do: 'answer', question });
  const byTool = canAsk('mcp', question) ? await answersOf(mcp, question, key) : expected;
  const unitsIn = (text = '') => [...text.matchAll(/"id":"(ku_\w+)"/g)].map(([, id]) => id);
  for (const [at, text] of expected.entries()) {
    if (fromMemory[at] !== text) throw new Error(`${question.name}: Yoga from memory answers otherwise.`);
    const found = unitsIn(text);
    if (unitsIn(byTool[at]).join() !== found.join()) throw new Error(`${question.name}: MCP finds others.`);
    if (found.toSorted().join() !== ids[at]?.toSorted().join())
      throw new Error(`${question.name}: the statement finds others.`);
  }
}

/** Contestants in turns, so that whatever else the machine does meets all of them. */
async function compete(
  contestants: readonly Contestant[],
  question: Question,
  seconds: number,
  key?: string,
): Promise<Measures> {
  const ms = (seconds * 1000) / rounds;
  const turns = new Map<Contestant, Measure[]>();
  for (const contestant of contestants.filter(({ kind }) => canAsk(kind, question))) {
    // the first turn finds the pace, the second one warms up at it
    const found = await measure(contestant, question, ms, 200, key);
    turns.set(contestant, [await measure(contestant, question, ms, found.perSecond, key)]);
  }
  for (let round = 0; round < rounds; round++)
    for (const [contestant, measures] of turns)
      measures.push(await measure(contestant, question, ms, measures.at(-1)?.perSecond ?? 0, key));
  return Object.fromEntries(
    [...turns].map(([{ kind }, [, ...measures]]) => [
      kind,
      {
        perSecond: median(measures.map(({ perSecond }) => perSecond)),
        cpu: median(measures.map(({ cpu }) => cpu)),
      },
    ]),
  ) as unknown as Measures;
}

function progress(line: string) {
  process.stderr.write(`${line}\n`);
}
