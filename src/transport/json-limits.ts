/** Limits on the JSON of a request, which keep its validation and the errors about it small. */

/** How many values (objects, lists, texts, numbers, …) a request may hold. The largest `extensions` of a unit fit in. */
export const maxJsonValues = 20_000;
export const tooManyValues = `The JSON of a request must hold at most ${maxJsonValues} values.`;

/** How many items a list may have, and how many fields an object, where the limits of the domain are far lower. */
export const maxJsonItems = 200;

/** Whether a parsed value holds more than `maxJsonValues`, itself included. */
export function hasTooManyValues(value: unknown): boolean {
  const open: unknown[] = [value];
  let count = 0;
  for (let inner = open.pop(); count <= maxJsonValues; inner = open.pop()) {
    count++;
    // one by one: arguments of a call would go on the stack
    if (typeof inner === 'object' && inner !== null) for (const one of Object.values(inner)) open.push(one);
    if (open.length === 0) return count > maxJsonValues;
    if (open.length > maxJsonValues) return true;
  }
  return true;
}

export interface LongList {
  readonly path: readonly (string | number)[];
  readonly length: number;
}

/** A list or object with more than `maxJsonItems` items; null for none. Does not look into fields called `except`. */
export function findLongList(value: unknown, except?: string, path: LongList['path'] = []): LongList | null {
  if (typeof value !== 'object' || value === null) return null;
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length > maxJsonItems) return { path, length: entries.length };
  for (const [key, inner] of entries) {
    const found = key === except ? null : findLongList(inner, except, [...path, isList ? Number(key) : key]);
    if (found) return found;
  }
  return null;
}
