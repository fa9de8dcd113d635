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

With --min-score also how many queries keep their answer, and how many of the other collections' get nothing, as they have none here.

Where CQ_EMBEDDING_… name an embedding service, by meaning and by both too.`;

/** The most questions of each other collection that are asked. */
const maxUnanswered = 150;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false }, 'min-score': { type: 'string' } },
});
const [folder] = positionals;

if (options.help) console.log(help);
else if (folder === undefined) {
  console.error(help);
  process.exitCode = 2;
} else console.log(await report(folder));

/** A line for each collection, database and mode, as Markdown. */
async function report(from: string): Promise<string> {
  const lines: string[][] = [];
  const { embedding } = readConfig(process.env);
  const minScore = options['min-score'] === undefined ? null : Number(options['min-score']);
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
          figures.push(kept.toFixed(3), nothing.toFixed(3));
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
