import { dirname, relative } from 'node:path/posix';
import type { Edit } from './mutant.ts';
import { type Node, parseCode, rangeOf, walk } from './syntax.ts';
import type { Tree } from './tree.ts';

/** A piece of a file that a test either runs or does not: the body of a function, a branch, or the file itself. */
export interface Block {
  readonly id: number;
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

type Insertion = Omit<Edit, 'rule'>;

/**
 * Puts a call at the start of each block of these files, which writes the block's number into `log` when it first runs in
 * a process. Unlike V8's coverage this sees worker threads, and processes that are killed.
 */
export function placeProbes(tree: Tree, files: readonly string[], log: string): Block[] {
  tree.write(probe, probeSource(log));
  const blocks: Block[] = [];
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const source = tree.read(file);
    const add = (start: number, end: number) => blocks.push({ id: blocks.length, file, start, end }) - 1;
    const path = relative(dirname(file), probe);
    const whole = `import { $ran } from '${path.startsWith('.') ? path : `./${path}`}'; $ran(${add(0, source.length)}); `;
    const inner: Insertion[] = [];
    walk(parseCode(source).program, (node, within) => {
      inner.push(...insertionsAt(node, within.at(-1), add));
    });
    tree.write(file, whole + insert(source, inner));
  }
  return blocks;
}

const probe = 'mutant-probe.ts';

function probeSource(log: string): string {
  return `// @ts-nocheck
const files = globalThis.process?.getBuiltinModule?.('node:fs');
const ran = new Set();
export function $ran(block) {
  if (!ran.has(block)) files?.appendFileSync(${JSON.stringify(log)}, block + '\\n');
  ran.add(block);
}
`;
}

function insertionsAt(node: Node, parent: Node | undefined, add: (start: number, end: number) => number): Insertion[] {
  if (node.type === 'BlockStatement' && !(parent?.type === 'ClassMethod' && parent.kind === 'constructor')) {
    const { start, end } = rangeOf(node);
    return [at(start + 1, ` $ran(${add(start, end)}); `)];
  }
  if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') {
    const { start, end } = rangeOf(node.body);
    const call = `$ran(${add(start, end)}), `;
    return node.body.extra?.parenthesized ? [at(start, call)] : [at(start, `(${call}`), at(end, ')')];
  }
  return [];
}

function at(place: number, text: string): Insertion {
  return { start: place, end: place, text };
}

function insert(source: string, insertions: readonly Insertion[]): string {
  // the walk goes from outside in: of two that end at one place, the inner one closes first
  const last = [...insertions.entries()].sort(
    ([i, one], [j, other]) => one.start - other.start || closing(one) * (j - i),
  );
  let [text, from] = ['', 0];
  for (const [, { start, text: added }] of last) {
    text += source.slice(from, start) + added;
    from = start;
  }
  return text + source.slice(from);
}

function closing({ text }: Insertion): number {
  return text === ')' ? 1 : -1;
}

/** The innermost block that an edit lies in. */
export function blockOf(
  blocks: readonly Block[],
  file: string,
  edit: { start: number; end: number },
): Block | undefined {
  return blocks
    .filter((block) => block.file === file && block.start <= edit.start && edit.end <= block.end)
    .sort((one, other) => one.end - one.start - (other.end - other.start))[0];
}
