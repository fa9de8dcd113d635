import { createScanner, getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Editor } from './editor.ts';
import { cut, type Insertion, indentationAt, lineBreakOf, type Range, UnusableText } from './text-edits.ts';

/** The kinds of tokens of jsonc-parser, whose enum TypeScript does not let modules use that are compiled one by one. */
const token = { comma: 5, lineComment: 12, blockComment: 13, lineBreak: 14, trivia: 15 };

export type Path = readonly string[];

/** The property at `path` of a JSON text, with comments or without. */
export function jsonProperty(path: Path, value: unknown): Editor {
  return {
    read: (text) => contentsOf(find(treeOf(text), path)),
    add: (text) => add(text, path, value, false),
    remove: (text) => removeNode(text, find(treeOf(text), path)?.parent),
  };
}

/** The element of the list at `path` for which `same` holds. */
export function jsonElement(path: Path, value: unknown, same: (element: unknown) => boolean): Editor {
  const element = (text: string) => elementsOf(text, path).find((node) => same(contentsOf(node)));
  return {
    read: (text) => contentsOf(element(text)),
    add: (text) => add(text, path, value, true),
    remove: (text) => removeNode(text, element(text)),
  };
}

/** A text without the container at `path` if nothing is in it, comments included. */
export function withoutEmpty(text: string, path: Path): string {
  const node = find(treeOf(text), path);
  const empty = node && /^[[{]\s*[\]}]$/.test(text.slice(node.offset, node.offset + node.length));
  return empty ? removeNode(text, node.parent) : text;
}

/** Whether there is nothing in a text but an empty object. */
export const isEmptyJson = (text: string): boolean => /^\s*(\{\s*\})?\s*$/.test(text);

/** What a text says; undefined where it says nothing. */
export const jsonValue = (text: string): unknown => contentsOf(treeOf(text));

const contentsOf = (node: Node | undefined): unknown => node && getNodeValue(node);
const endOf = ({ offset, length }: Node) => offset + length;

/** The tree of a text; undefined for a text without a value. */
function treeOf(text: string): Node | undefined {
  const errors: ParseError[] = [];
  let tree: Node | undefined;
  try {
    tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (error) {
    if (error instanceof RangeError) throw new UnusableText('is nested too deep', 0);
    throw error;
  }
  const [first] = errors;
  // of a text that has comments and nothing else
  if (first && !(tree === undefined && printParseErrorCode(first.error) === 'ValueExpected'))
    throw new UnusableText(`is not valid JSON (${printParseErrorCode(first.error)})`, first.offset);
  if (tree && tree.type !== 'object') throw new UnusableText('has no object at its top', tree.offset);
  return tree;
}

/** A property by its name. Throws where it is there twice: programs differ in which one they take. */
function child(node: Node, name: string): Node | undefined {
  if (node.type !== 'object')
    throw new UnusableText(`has no object where ${JSON.stringify(name)} belongs`, node.offset);
  const found = (node.children ?? []).filter(({ children }) => children?.[0]?.value === name);
  if (found[1]) throw new UnusableText(`has ${JSON.stringify(name)} twice`, found[1].offset);
  return found[0]?.children?.[1];
}

function find(tree: Node | undefined, path: Path): Node | undefined {
  let node = tree;
  for (const name of path) node = node && child(node, name);
  return node;
}

function elementsOf(text: string, path: Path): readonly Node[] {
  const list = find(treeOf(text), path);
  if (list && list.type !== 'array')
    throw new UnusableText(`has no list at ${JSON.stringify(path.join('.'))}`, list.offset);
  return list?.children ?? [];
}

function add(text: string, path: Path, value: unknown, asElement: boolean): ReturnType<Editor['add']> {
  const tree = treeOf(text);
  const leaf = asElement ? [value] : value;
  if (!tree) {
    const lines = lineBreakOf(text);
    const before = text === '' || /[\r\n]$/.test(text) ? '' : lines;
    const added = before + render(nested(path, leaf), '  ', lines, '') + lines;
    return { insertions: [{ offset: text.length, text: added }], containers: containersOf(path, 0, asElement) };
  }
  let container = tree;
  for (const [index, name] of path.entries()) {
    const next = child(container, name);
    if (next === undefined)
      return {
        insertions: addChild(text, tree, container, name, nested(path.slice(index + 1), leaf)),
        containers: containersOf(path, index + 1, asElement),
      };
    container = next;
  }
  return { insertions: addChild(text, tree, container, null, value), containers: [] };
}

const nested = (path: Path, leaf: unknown): unknown =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), leaf);

/** The containers on the way to a property that were not there before: those of at least `from` names. */
function containersOf(path: Path, from: number, asElement: boolean): Path[] {
  const last = asElement ? path.length : path.length - 1;
  return Array.from({ length: last }, (_, index) => path.slice(0, index + 1)).filter(({ length }) => length >= from);
}

/** The insertions that append a property, or with a `name` of null an element, to a container. */
function addChild(text: string, tree: Node, container: Node, name: string | null, value: unknown): Insertion[] {
  const lines = lineBreakOf(text);
  const inside = text.slice(container.offset, endOf(container));
  const last = container.children?.at(-1);
  const minified = !/[\r\n]/.test(text) && /":\S/.test(text);
  const labelled = (rendered: string) =>
    name === null ? rendered : `${JSON.stringify(name)}:${minified ? '' : ' '}${rendered}`;
  if (last === undefined) {
    if (minified) return [{ offset: container.offset + 1, text: labelled(JSON.stringify(value)) }];
    const { offset } = afterComments(text, container.offset + 1);
    const { indentation } = indentationAt(text, container.offset);
    const inner = indentation + unitOf(text, tree);
    const closing = /[\r\n]/.test(text.slice(offset, endOf(container))) ? '' : lines + indentation;
    const added = lines + inner + labelled(render(value, unitOf(text, tree), lines, inner)) + closing;
    return [{ offset, text: added }];
  }
  const { offset, comma } = afterComments(text, endOf(last));
  const separator: Insertion[] = comma ? [] : [{ offset: endOf(last), text: ',' }];
  const after = comma ? ',' : '';
  if (!/[\r\n]/.test(inside)) {
    const onOneLine = minified ? JSON.stringify(value) : JSON.stringify(value, null, 1).replace(/\n */g, ' ');
    return [...separator, { offset, text: (minified ? '' : ' ') + labelled(onOneLine) + after }];
  }
  const siblings = (container.children ?? []).map((node) => indentationAt(text, node.offset));
  const inner =
    siblings.findLast(({ first }) => first)?.indentation ??
    indentationAt(text, container.offset).indentation + unitOf(text, tree);
  return [
    ...separator,
    { offset, text: lines + inner + labelled(render(value, unitOf(text, tree), lines, inner)) + after },
  ];
}

/** What one level is indented by: as the first property at the top is. */
function unitOf(text: string, tree: Node): string {
  for (const { offset } of tree.children ?? []) {
    const { indentation, first } = indentationAt(text, offset);
    if (first && indentation !== '') return indentation;
  }
  return '  ';
}

const render = (value: unknown, unit: string, lines: string, indentation: string) =>
  JSON.stringify(value, null, unit).replaceAll('\n', lines + indentation);

/** The place after a comma, if one follows, and after the comments on the same line. */
function afterComments(text: string, from: number): { readonly offset: number; readonly comma: boolean } {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  let [offset, comma, broken] = [from, false, false];
  for (;;) {
    const kind = scanner.scan() as number;
    const end = scanner.getTokenOffset() + scanner.getTokenLength();
    if (kind === token.comma && !comma) [offset, comma, broken] = [end, true, false];
    else if (kind === token.lineBreak) broken = true;
    else if (kind === token.lineComment || kind === token.blockComment) {
      if (!broken) offset = end;
    } else if (kind !== token.trivia) return { offset, comma };
  }
}

/** A text without a property or an element, a comma, and the line or the space that they leave behind. */
function removeNode(text: string, node: Node | undefined): string {
  if (!node?.parent) return text;
  const siblings = node.parent.children ?? [];
  const before = siblings[siblings.indexOf(node) - 1];
  const ranges: Range[] = [];
  let [start, end] = [node.offset, endOf(node)];
  const following = commaAfter(text, end);
  if (following !== null && text.slice(end, following).trim() === '') end = following + 1;
  else if (following !== null) ranges.push([following, 1]);
  else if (before) {
    const preceding = commaAfter(text, endOf(before));
    if (preceding !== null) ranges.push([preceding, 1]);
  }
  const trailing = /^[ \t]*(?=\r?\n)/.exec(text.slice(end))?.[0];
  const { first, indentation } = indentationAt(text, start);
  const lineBreak = /\r?\n$/.exec(text.slice(0, start - indentation.length))?.[0];
  if (trailing !== undefined && first && lineBreak) {
    start -= indentation.length + lineBreak.length;
    end += trailing.length;
  } else start -= /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  // a comma directly before is part of it
  const separate = ranges.filter(([offset]) => offset < start || offset >= end);
  return cut(text, [...separate, [start, end - start]]);
}

/** Where a comma is, with nothing but space and comments before it. */
function commaAfter(text: string, from: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  return (scanner.scan() as number) === token.comma ? scanner.getTokenOffset() : null;
}
