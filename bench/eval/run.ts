import { parseArgs } from 'node:util';
import { readConfig } from '../../src/config/config.ts';
import type { SearchMode } from '../../src/domain/search.ts';
import { table } from '../table.ts';
import { evaluate, evaluateFloor, load, modes } from './ask.ts';
import { readCollections } from './collection.ts';
import { embed } from './embed.ts';
import { openers } from './stores.ts';

const help = `npm run eval -- <folder>

Scores search on the collections in a folder. Each is a JSON file:

  docs     [{"id": "1", "title": "…", "text": "…"}, …]
  queries  [{"id": "1", "text": "…"}, …]
  qrels    {"<query>": {"<document>": <grade>, …}, …}

With --min-score 0.21 two more columns: kept, of the queries with an answer among the first ten, how many keep it; and nothing, of
the other collections' queries, how many get no result, as they have no answer here.

Where CQ_EMBEDDING_… name an embedding service, by meaning and by both too.`;

/** The most questions of each other collection that are asked. */
const maxUnanswered = 150;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false }, 'min-score': { type: 'string' } },
});
const [folder] = positionals;
const minScore = options['min-score'] === undefined ? null : fraction(options['min-score']);

if (options.help) console.log(help);
else if (folder === undefined) fail(help);
else if (Number.isNaN(minScore)) fail(`--min-score must be a number from 0 to 1, got ${options['min-score']}.`);
else console.log(await report(folder));

/** A number from 0 to 1; else NaN. */
function fraction(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return value >= 0 && value <= 1 ? value : Number.NaN;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

/** A line for each collection, database and mode, as Markdown. */
async function report(from: string): Promise<string> {
  const lines: string[][] = [];
  const { embedding } = readConfig(process.env);
  const collections = readCollections(from);
  for (const collection of collections)
    for (const open of openers) {
      await using scratch = await open();
      await load(scratch.store, collection);
      const embedded = await embed(scratch.store, embedding);
      const possible: readonly SearchMode[] = embedded.queryVectors.on
        ? ['keyword', 'semantic', 'hybrid']
        : ['keyword'];
      for (const mode of possible) {
        const { ndcg10, recall5, mrr10 } = await evaluate(embedded, collection, mode);
        const figures = [ndcg10, recall5, mrr10].map((value) => value.toFixed(3));
        if (minScore !== null) {
          const unanswered = collections
            .filter((other) => other !== collection)
            .flatMap(({ queries }) => queries.slice(0, maxUnanswered).map(({ text }) => text));
          const { kept, nothing } = await evaluateFloor(embedded, collection, unanswered, mode, minScore);
          figures.push(...[kept, nothing].map((share) => share?.toFixed(3) ?? '–'));
        }
        lines.push([collection.name, scratch.name, modes[mode], String(collection.queries.length), ...figures]);
      }
    }
  return table(
    [
      'collection',
      'database',
      'mode',
      'queries',
      'nDCG@10',
      'R@5',
      'MRR@10',
      ...(minScore === null ? [] : ['kept', 'nothing']),
    ],
    lines,
  );
}
