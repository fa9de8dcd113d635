import { parseArgs } from 'node:util';
import { createApiKey, createUser } from '../src/domain/account.ts';
import { readTypeDefs } from '../src/graphql/type-defs.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { compete } from './compete.ts';
import { baseline, contestants, named } from './contestants/all.ts';
import type { Contestant, Memory } from './contestants/contestant.ts';
import { installOutside } from './contestants/outside/install.ts';
import { type Running, start } from './contestants/start.ts';
import { openCopies } from './copies.ts';
import { databaseAt, onLoaded, onLoadedFile, type Places } from './filled.ts';
import { chooseQuestions, memoryFor, type Question } from './questions.ts';
import { type Row, resultTables } from './results-table.ts';
import { checkAnswers } from './same-answers.ts';
import { secrets } from './secrets.ts';

const help = `node bench/run.ts [options]

  --contestants all         or some, by their names with commas; ${baseline.name}, that all are put in relation to, is always among them:
                            ${contestants.map(({ name }) => name).join(', ')}
  --sizes 1000,20000,100000 how many units to generate
  --connections 1,16        how many connections ask at once
  --seconds 2.5             how much processor time each contestant has for each question, beside warming up
  --only <text>             only questions whose name holds this
  --json                    print figures as JSON
  --key                     read with an API key too
  --keep <folder>           keep the generated databases there, and use the ones that are there
  --profile <folder>        leave the contestants' processor profiles there

All of it takes about an hour where nothing else runs, reckoned from a shorter run, and as much longer as the machine is busy.
The contestants ${contestants
  .filter(({ outside }) => outside)
  .map(({ name }) => name)
  .join(', ')} need packages, which npm installs in bench/contestants/outside the first time.
CQ_TEST_POSTGRES_URL names a PostgreSQL; without it one of Docker or npm is started. CQ_BENCH_PYTHON_URL and CQ_BENCH_PYTHON_KEY
add python-rest, a server that speaks cq's REST and holds the same units.`;

const { values: options } = parseArgs({
  options: {
    contestants: { type: 'string', default: 'all' },
    sizes: { type: 'string', default: '1000,20000,100000' },
    connections: { type: 'string', default: '1,16' },
    seconds: { type: 'string', default: '2.5' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    key: { type: 'boolean', default: false },
    keep: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** The contestants take turns this often; the median turn counts. */
const rounds = 5;

if (options.help) console.log(help);
else await main();

async function main() {
  const chosen = options.contestants === 'all' ? contestants : named(options.contestants.split(','));
  const [sizes, connections] = [options.sizes, options.connections].map((list) => list.split(',').map(Number));
  const seconds = Number(options.seconds);
  if (![...(sizes ?? []), ...(connections ?? []), seconds].every((value) => value > 0))
    throw new Error(`sizes, connections and seconds are numbers.\n${help}`);
  if (chosen.some(({ outside }) => outside)) installOutside();
  const rows: Row[] = [];
  for (const size of sizes ?? []) {
    const race = async (places: Partial<Places>) => {
      rows.push(...(await atSize(size, places, chosen, connections ?? [], seconds)));
    };
    if (chosen.some(({ database }) => database === 'PostgreSQL')) await onLoaded(size, options.keep, race);
    else await onLoadedFile(size, options.keep, (file) => race({ SQLite: file }));
  }
  const names = chosen.map(({ name }) => name);
  console.log(options.json ? JSON.stringify(rows, null, 2) : resultTables(rows, names, baseline.name));
}

async function atSize(
  size: number,
  places: Partial<Places>,
  chosen: readonly Contestant[],
  connections: readonly number[],
  seconds: number,
): Promise<Row[]> {
  const { questions, memory, keys } = await prepare(places);
  const keyOf = ({ contestant: { database } }: Running) => keys[database ?? 'SQLite'] ?? '';
  await using copies = openCopies(places);
  const all: Running[] = [];
  try {
    for (const contestant of chosen) {
      const place = await copies.copyFor(contestant);
      all.push(await start(contestant, { place, sdl: readTypeDefs(), memory }, options.profile));
    }
    for (const running of all) await checkAnswers(running, questions, memory, keyOf(running));
    const rows: Row[] = [];
    for (const question of questions)
      for (const count of connections) {
        const results = await compete(all, baseline.name, {
          question,
          series: rows.length + 1,
          connections: count,
          ms: (seconds * 1000) / rounds,
          rounds,
          keyFor: (running) => (question.writes || options.key ? keyOf(running) : undefined),
        });
        rows.push({ size, connections: count, question: question.name, results });
        process.stderr.write(`${size.toLocaleString('en')} units, ${count} at once: ${question.name}\n`);
      }
    return rows;
  } finally {
    for (const running of all) await running.stop();
  }
}

/** Chooses what is asked, and makes keys in the databases, of which copies are made afterwards. */
async function prepare(places: Partial<Places>) {
  const keys: Partial<Record<keyof Places, string>> = {};
  let prepared: { questions: Question[]; memory: Memory } | undefined;
  for (const [database, place] of Object.entries(places) as [keyof Places, string][]) {
    const store = await openStore(databaseAt(place), { migrate: false });
    try {
      keys[database] = await generateApiKey(store);
      // those of one are those of the other
      prepared ??= await choose(store);
    } finally {
      await store.close();
    }
  }
  if (!prepared) throw new Error('there is no database');
  return { ...prepared, keys };
}

async function choose(store: Store) {
  const all = await chooseQuestions(store);
  return { questions: all.filter(({ name }) => name.includes(options.only)), memory: await memoryFor(store, all) };
}

async function generateApiKey(store: Store): Promise<string> {
  // a new owner each time: a kept database would reach the limit of keys for one
  const username = `agent-${Date.now()}`;
  const user = await createUser(store, { username, password: 'correct horse', role: 'member' });
  return (await createApiKey(store, secrets, user, { name: 'bench', ttl: '1d' })).secret;
}
