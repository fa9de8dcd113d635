import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Item, sources, unpack } from './sources.ts';

const help = `node bench/eval/build.ts <folder>

Writes collections for npm run eval into a folder. Downloads packages with apt-get and pip, and unpacks them with dpkg-deb,
unzip and tar.`;

/** Questions of one collection; of more, evenly spaced ones. */
const maxQuestions = 600;

const [folder] = process.argv.slice(2);
if (folder === undefined || folder.startsWith('-')) {
  console.error(help);
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(sources)) {
    const packages = mkdtempSync(join(tmpdir(), 'cq-eval-'));
    try {
      unpack(source, packages);
      const made = collectionOf(source.read(packages));
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(made));
      console.log(`${name}: ${made.docs.length} documents, ${made.queries.length} questions`);
    } finally {
      rmSync(packages, { recursive: true });
    }
  }
}

/** A collection whose questions have one answer each: of two items with one question or one text, only the first is taken. */
function collectionOf(items: readonly Item[]) {
  const seen = new Set<string>();
  const known = items.filter(({ question, title, text }) => {
    const keys = [`question ${question.toLowerCase()}`, `text ${title} ${text}`];
    if (keys.some((key) => seen.has(key)) || text.trim() === '') return false;
    for (const key of keys) seen.add(key);
    return true;
  });
  const numbered = known.map((item, at) => ({ ...item, id: String(at) }));
  const step = Math.max(1, numbered.length / maxQuestions);
  const asked = Array.from(
    { length: Math.min(maxQuestions, numbered.length) },
    (_, at) => numbered[Math.floor(at * step)],
  );
  return {
    docs: numbered.map(({ id, title, text }) => ({ id, title, text })),
    queries: asked.flatMap((item) => (item ? [{ id: item.id, text: item.question }] : [])),
    qrels: Object.fromEntries(asked.flatMap((item) => (item ? [[item.id, { [item.id]: 1 }]] : []))),
  };
}
