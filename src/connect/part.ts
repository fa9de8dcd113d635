import { digestOf, type Editor } from './editor.ts';
import { isEmptyJson, jsonElement, jsonProperty, jsonValue, type Path } from './json-text.ts';
import type { Piece } from './ledger.ts';
import { environmentLine, wholeText } from './plain-text.ts';
import { tomlTable } from './toml-text.ts';

/** One thing that a client is to have in one of its files. */
export interface Part {
  readonly file: string;
  readonly kind: Piece['kind'];
  /** Where in the file. A function, where that depends on what the file says. */
  readonly path: Path | ((contents: unknown) => Path);
  readonly value: unknown;
  /** Whether the value has the key in it. */
  readonly secret?: boolean;
  /** What is there already stays, whatever it is: `any` is something the client needs, `edited` a text that a person may change. */
  readonly keeps?: 'any' | 'edited';
  /** Only where the file is made. */
  readonly inNewFile?: boolean;
  /** What makes an element of a list the same one, though it differs. */
  readonly sameBy?: string;
}

export const pathOf = ({ path }: Part, text: string): Path =>
  typeof path === 'function' ? path(jsonValue(text)) : path;

/** The editor of a part; `known` is a digest of what was put there before. */
export function editorOf(
  kind: Piece['kind'],
  path: Path,
  value: unknown,
  known: string | null,
  sameBy?: string,
): Editor {
  const digest = value === undefined ? known : digestOf(value);
  switch (kind) {
    case 'property':
      return jsonProperty(path, value);
    case 'element':
      return jsonElement(path, value, (element) => {
        const found = digestOf(element);
        return (
          found === digest ||
          found === known ||
          (sameBy !== undefined && labelOf(element, sameBy) === labelOf(value, sameBy))
        );
      });
    case 'table':
      return tomlTable(path[0] ?? '', path[1] ?? '', value as Readonly<Record<string, string>>);
    case 'line':
      return environmentLine(path[0] ?? '', String(value));
    case 'file':
      return wholeText(String(value));
  }
}

function labelOf(element: unknown, name: string): unknown {
  return typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined;
}

/** Whether a text says nothing any more, so that a file that was made for it can go. */
export const saysNothing = (text: string): boolean => isEmptyJson(text);
