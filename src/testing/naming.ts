import { DomainError } from '../errors.ts';
import { pathOf, problems } from './options.ts';

/** Does what options ask for; what the server refuses of it is a `TypeError` with a line for each problem, which names the field. */
export async function naming<T>(field: readonly PropertyKey[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw problems(error.problems.map(({ path, message }) => lineOf(field, path, message)));
  }
}

function lineOf(field: readonly PropertyKey[], path: readonly string[], message: string): string {
  const inner = path.map((name) => (/^\d+$/.test(name) ? Number(name) : name));
  const place = pathOf([...field, ...inner]);
  // a message begins with the path, or is a sentence of its own
  const name = path.join('.');
  return message.startsWith(`${name} `) ? `${place}${message.slice(name.length)}` : `${place}: ${message}`;
}
