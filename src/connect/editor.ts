import { createHash } from 'node:crypto';
import type { Insertion } from './text-edits.ts';

/** One thing in the text of a configuration file: finds it, puts it in, and takes it out; the rest of the text stays as it is, to the byte. */
export interface Editor {
  /** What is there; undefined where nothing is. Throws `UnusableText` where the text cannot be read. */
  read(text: string): unknown;
  /** What is to be inserted into a text that does not have it, and the containers that this makes, outer ones first. */
  add(text: string): { readonly insertions: readonly Insertion[]; readonly containers: readonly (readonly string[])[] };
  /** A text that has it without it. */
  remove(text: string): string;
}

/** A digest of a value, whatever the order of its properties. It tells nothing about a key within. */
export const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(ordered(value)))
    .digest('hex');

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, ordered(inner)]),
  );
}
