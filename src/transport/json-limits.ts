/** Limits on the JSON of a request, which keep its validation and the errors about it small. */

/**
 * How many values (objects, lists, texts, numbers, …) a request may hold. `extensions` that are nothing but short numbers reach this
 * limit before that of their length.
 */
export const maxJsonValues = 20_000;
/** How deep they may be nested. What reads or writes JSON recursively would run out of stack at some thousands. */
export const maxJsonDepth = 100;

/** How many items a list may have, and how many fields an object, where the limits of the domain are far lower. */
export const maxJsonItems = 200;

/** Why a parsed value is refused: it holds more than `maxJsonValues`, itself included, or is nested too deep; null for neither. */
export function jsonProblem(value: unknown): string | null {
  let count = 1;
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxJsonDepth) return `The JSON of a request must be nested at most ${maxJsonDepth} deep.`;
    const next: unknown[] = [];
    for (const outer of level)
      if (typeof outer === 'object' && outer !== null) for (const inner of Object.values(outer)) next.push(inner);
    level = next;
    count += level.length;
    if (count > maxJsonValues) return `The JSON of a request must hold at most ${maxJsonValues} values.`;
  }
  return null;
}

export interface LongList {
  readonly path: readonly (string | number)[];
  readonly length: number;
}

/** A list or object with more than `maxJsonItems` items; null for none. Does not look into fields called `except`. */
export function findLongList(value: unknown, except?: string): LongList | null {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  if (entries.length > maxJsonItems) return { path: [], length: entries.length };
  for (const [key, inner] of entries) {
    const found = key === except ? null : findLongList(inner, except);
    if (found) return { ...found, path: [Array.isArray(value) ? Number(key) : key, ...found.path] };
  }
  return null;
}
