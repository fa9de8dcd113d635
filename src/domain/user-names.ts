import { randomBytes } from 'node:crypto';
import { skeletonsOf } from '../../migrations/support/skeleton-1.ts';
import { normalize } from '../normal-forms.ts';
import type { Store, User } from '../store/store.ts';
import { type InputValidator, isBlank, isStorable, limits } from './rules.ts';

export { skeletonsOf };

/** What stands in place of the name of somebody who was erased: of each person another one, so that what they have done still tells them apart. */
export const newPlaceholder = (): string => `[erased ${randomBytes(8).toString('hex')}]`;

/** What a placeholder looks like, and no name may. */
const placeholder = /^\s*\[\s*erased/iu;

/** Control and format characters, among them those that turn the direction of text, and what else shows nothing of its own. */
const hidden = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\u{16fe4}\u{1d159}]/u;

/** A space that looks like U+0020. */
const oddSpace = /(?! )\p{Zs}/u;

/** The form in which the name of a new account is kept. */
export const normalizeName = (name: string): string => normalize(name, 'NFC');

/** Validates the name of a new account. Names that are there already may be any. */
export function checkNewName(rules: InputValidator, path: readonly string[], name: string): void {
  const normalized = normalizeName(name);
  rules.text(path, normalized, { min: 1, max: limits.username });
  const fault = isStorable(normalized) && normalized !== '' ? faultOf(normalized) : null;
  if (fault !== null) rules.refuse(path, fault);
}

function faultOf(name: string): string | null {
  if (isBlank(name)) return 'must have a character that shows.';
  if (placeholder.test(normalize(name, 'NFKC'))) return 'must not look like what stands for a person who was erased.';
  if (name !== name.trim()) return 'must not begin or end with a space.';
  const [found] = hidden.exec(name) ?? oddSpace.exec(name) ?? [];
  if (found !== undefined)
    return `must not contain control, format or other invisible characters, nor spaces other than U+0020; got ${codePoint(found)}.`;
  return /^\p{M}/u.test(name) ? 'must not begin with a combining mark.' : null;
}

const codePoint = (sign: string) => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Finds a user by a name as somebody typed it: exactly, else in NFC, as new names are kept, else in NFD, as some systems type and an
 * older account may be called. One query, whatever the name is.
 */
export async function findUserByTypedName(store: Store, name: string): Promise<User | null> {
  if (!isStorable(name)) return null;
  const spellings = [...new Set([name, normalizeName(name), normalize(name, 'NFD')])];
  const users = await store.users.findManyByName(spellings);
  return users.find((user) => user !== null) ?? null;
}
