import { ConfigError } from '../config/config.ts';
import { readText } from '../domain/text-lines.ts';

/** Far more than any password has: what is too long for one is told by its rules. */
const maxBytes = 64 * 1024;

/** Reads a password: from standard input, without its last line break; else twice from a terminal, without echo. */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await readText(process.stdin, maxBytes)).replace(/\r?\n$/, '');
  if (!process.stdin.isTTY)
    throw new ConfigError('There is no terminal to ask for the password at: use --password-stdin.');
  const { default: askPassword } = await import('@inquirer/password');
  const password = await askPassword({ message: 'Password' });
  const again = await askPassword({ message: 'Again' });
  if (password !== again) throw new Error('The two passwords differ.');
  return password;
}
