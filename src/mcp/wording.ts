import { askForLess, mutationCarriedOut } from '../errors.ts';
import type { Parameter } from './parameters.ts';

/** Errors of an operation in the words of its tool. */
export interface Wording {
  /** Rewrites a message: names of arguments, input fields, enum values and the root field become the tool's. */
  reword(message: string): string;
  /** The parameter at a path into the operation's input; undefined for none. */
  parameterAt(path: readonly string[]): string | undefined;
}

interface Worded {
  readonly tool: string;
  readonly parameters: readonly Parameter[];
  readonly rootField: string;
  readonly isMutation: boolean;
}

export function createWording({ tool, parameters, rootField, isMutation }: Worded): Wording {
  const names = new Map(parameters.map(({ name, path }) => [path, name]));
  const byPath = matching([...names.keys()].filter(isNoWord));
  // a path such as `id` is a word of the language too, but where a message begins with it
  const atStart = new RegExp(`^(?:${[...names.keys(), rootField].map(escaped).join('|')})(?=[ .:])`);
  const values = parameters.flatMap(({ type }) => (type.kind === 'enum' ? type.values : []));
  const byValue = matching(values.map((value) => value.toUpperCase()));
  const advice = names.has('first') ? `Ask for fewer units with a lower ${names.get('first')}.` : '';

  const rewordOutside = (text: string) =>
    text
      .replace(byPath, (path) => names.get(path) ?? path)
      .replace(byValue, (value) => value.toLowerCase())
      .replace(askForLess, advice)
      .replace(mutationCarriedOut, isMutation ? 'The call has been carried out.' : '');

  return {
    reword(message) {
      const begun = message.replace(atStart, (path) => names.get(path) ?? tool);
      // what is quoted is what the caller sent
      const parts = begun.split(/("(?:[^"\\]|\\.)*")/);
      return parts
        .map((part, index) => (index % 2 === 0 ? rewordOutside(part) : part))
        .join('')
        .replace(/ +$/, '');
    },
    parameterAt(path) {
      const text = path.join('.');
      const found = [...names].find(([each]) => text === each || text.startsWith(`${each}.`));
      return found?.[1];
    },
  };
}

const isNoWord = (path: string) => /[.A-Z]/.test(path);
const escaped = (path: string) => path.replaceAll('.', '\\.');

/** Matches whole names only; nothing where there are none. */
function matching(names: readonly string[]): RegExp {
  const longestFirst = names.toSorted((one, other) => other.length - one.length);
  return new RegExp(names.length === 0 ? '(?!)' : `(?<![\\w.])(?:${longestFirst.map(escaped).join('|')})(?!\\w)`, 'g');
}
