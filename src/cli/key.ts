import { readText } from '../domain/text-lines.ts';
import { InvalidInputError } from '../errors.ts';

/** A key, and whether it is that of a variable of the environment, where clients find it too. */
export interface GivenKey {
  readonly key: string;
  readonly from: 'environment' | 'person';
}

interface KeyOptions {
  readonly keyVariable: string;
  readonly keyStdin?: true;
}

/** A key has 4096 bytes at most, and white space around it. */
const maxBytes = 16 * 1024;

/**
 * Reads a key: from standard input, else from the variable, else from a terminal, without echo. Null where there is none. Never from the
 * command line, which others on the machine can read.
 */
export async function readKey(
  { keyVariable, keyStdin }: KeyOptions,
  environment: Readonly<Record<string, string | undefined>>,
  mayAsk: boolean,
): Promise<GivenKey | null> {
  if (keyStdin)
    return { key: checked((await readText(process.stdin, maxBytes)).trim(), 'standard input'), from: 'person' };
  const value = environment[keyVariable]?.trim();
  if (value) return { key: checked(value, keyVariable), from: 'environment' };
  if (!mayAsk || !process.stdin.isTTY) return null;
  const { default: askPassword } = await import('@inquirer/password');
  const typed = (await askPassword({ message: 'API key (none: connect without one, to read only)' })).trim();
  return typed === '' ? null : { key: checked(typed, 'the key'), from: 'person' };
}

/** What an `Authorization: Bearer` header can have. The message does not repeat what was sent, which may be nearly a key. */
function checked(key: string, source: string): string {
  if (/^[\w.~+/=-]{8,4096}$/.test(key)) return key;
  const message = `${source} has no API key: one has 8 to 4096 letters, digits and . _ ~ + / = -, and what was given has ${key.length} characters or others.`;
  throw new InvalidInputError([{ path: ['key'], message }]);
}
