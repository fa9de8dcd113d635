import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { z } from 'zod';
import type { Grades } from './metrics.ts';

export interface Collection {
  readonly name: string;
  readonly documents: readonly { readonly id: string; readonly title: string; readonly text: string }[];
  /** Those that some document answers. */
  readonly queries: readonly { readonly id: string; readonly text: string; readonly grades: Grades }[];
}

const fileSchema = z.object({
  docs: z.array(z.object({ id: z.string(), title: z.string(), text: z.string() })).min(1),
  queries: z.array(z.object({ id: z.string(), text: z.string() })),
  /** By query, then by document. */
  qrels: z.record(z.string(), z.record(z.string(), z.number().min(0))),
});

/** The collections in a folder: one for each JSON file, named after it. Throws an `Error` where one cannot be used. */
export function readCollections(folder: string): Collection[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  if (files.length === 0) throw new Error(`${folder} holds no collection: a .json file with docs, queries and qrels.`);
  return files.toSorted().map((file) => readCollection(join(folder, file)));
}

function readCollection(file: string): Collection {
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not a collection: ${z.prettifyError(parsed.error)}`);
  const { docs, queries, qrels } = parsed.data;
  const documents = idsOf(docs, 'document', file);
  const asked = idsOf(queries, 'query', file);
  for (const [query, judged] of Object.entries(qrels)) {
    if (!asked.has(query)) throw new Error(`${file}: qrels names a query that is not there: ${query}.`);
    const unknown = Object.keys(judged).find((id) => !documents.has(id));
    if (unknown !== undefined) throw new Error(`${file}: qrels names a document that is not there: ${unknown}.`);
  }
  const judged = queries
    .map(({ id, text }) => ({ id, text, grades: new Map(Object.entries(qrels[id] ?? {})) }))
    .filter(({ grades }) => [...grades.values()].some((grade) => grade > 0));
  if (judged.length === 0) throw new Error(`${file} has no query that a document answers.`);
  return { name: parse(file).name, documents: docs, queries: judged };
}

function idsOf(items: readonly { readonly id: string }[], what: string, file: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id } of items) {
    if (ids.has(id)) throw new Error(`${file}: two things are the ${what} ${id}.`);
    ids.add(id);
  }
  return ids;
}
