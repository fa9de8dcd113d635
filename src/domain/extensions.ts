import { shortened } from '../errors.ts';
import { type InputValidator, isStorable, lengthOf, limits } from './rules.ts';

const key = /^[a-z0-9][a-z0-9_-]*:\S+$/u;

/** Validates `extensions` of a proposal: a JSON object as text, with limits on size, keys and nesting. */
export function checkExtensions(rules: InputValidator, path: readonly string[], text: string): void {
  const length = lengthOf(text);
  if (length > limits.extensionsLength) {
    rules.refuse(path, `must be at most ${limits.extensionsLength} characters of JSON, got ${length}.`);
    return;
  }
  const object: Record<string, unknown> = JSON.parse(text);
  const keys = Object.keys(object);
  if (keys.length > limits.extensions)
    rules.refuse(path, `must have at most ${limits.extensions} keys, got ${keys.length}.`);
  for (const name of keys.slice(0, limits.extensions))
    if (!key.test(name))
      rules.refuse(path, `has the key ${JSON.stringify(shortened(name))}, which is not of the form namespace:key.`);
  if (!isShallow(object, limits.extensionsDepth))
    rules.refuse(path, `must be nested at most ${limits.extensionsDepth} deep.`);
  else if (!isStorableDeep(object)) rules.refuse(path, 'must not contain NUL or unpaired surrogates.');
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

function isStorableDeep(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorable(name) && isStorableDeep(inner));
}
