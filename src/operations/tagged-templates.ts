import { type ParserPlugin, parse } from '@babel/parser';
import type { Node, TemplateLiteral } from '@babel/types';
import type { SourceText } from './source-files.ts';

/** Names by which programs mark GraphQL: gql`…`, graphql`…`, graphql(`…`), gql(`…`). */
const tags = ['gql', 'graphql'];
const mark = /^\s*graphql\s*$/i;

/**
 * The templates of GraphQL in a program of JavaScript or TypeScript: with a tag, in a call, or after the comment `GraphQL`. What is
 * interpolated is blank: fragments are found by their names. Throws the parser's error, with `loc`, for what is no program.
 */
export function taggedTemplates(file: string, text: string): SourceText[] {
  // most files hold none, and need not be parsed
  if (!/gql|graphql/i.test(text)) return [];
  const found: TemplateLiteral[] = [];
  for (const node of nodesOf(
    parse(text, { sourceType: 'module', plugins: pluginsOf(file), errorRecovery: true }).program,
  )) {
    if (node.type === 'TaggedTemplateExpression' && isTag(node.tag)) found.push(node.quasi);
    if (node.type === 'CallExpression' && isTag(node.callee)) {
      const [argument] = node.arguments;
      if (argument?.type === 'TemplateLiteral') found.push(argument);
    }
    if (node.type === 'TemplateLiteral' && node.leadingComments?.some(({ value }) => mark.test(value)))
      found.push(node);
  }
  return [...new Set(found)].map((template) => sourceOf(file, text, template));
}

function pluginsOf(file: string): ParserPlugin[] {
  const others: ParserPlugin[] = ['decorators', 'explicitResourceManagement', 'importAttributes'];
  // `<T>value` is a type assertion in .ts, and an element in all others
  if (/\.[mc]?ts$/.test(file)) return ['typescript', ...others];
  return [/\.tsx$/.test(file) ? 'typescript' : 'flow', 'jsx', ...others];
}

const isTag = (node: Node): boolean =>
  (node.type === 'Identifier' && tags.includes(node.name)) ||
  (node.type === 'MemberExpression' && node.property.type === 'Identifier' && tags.includes(node.property.name));

/** Every node of a tree, in the order of the text, however deep it is. */
function* nodesOf(root: Node): Generator<Node> {
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    const inner = Object.entries(node).flatMap(([name, value]) => (name.endsWith('Comments') ? [] : [value].flat()));
    for (const child of inner.reverse()) if (isNode(child)) waiting.push(child);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

function sourceOf(file: string, text: string, { quasis, start, loc }: TemplateLiteral): SourceText {
  const begin = (start ?? 0) + 1;
  let source = '';
  let at = begin;
  for (const { start: from, end: to, value } of quasis) {
    source += blank(text.slice(at, from ?? at));
    const raw = text.slice(from ?? at, to ?? at);
    // what is escaped means something else in GraphQL; the places of what comes after it on the line are off by that
    source += raw.includes('\\') ? (value.cooked ?? raw) : raw;
    at = to ?? at;
  }
  const { line, column } = loc?.start ?? { line: 1, column: 0 };
  return { file, text: source, line, column: column + 2 };
}

const blank = (text: string) => text.replace(/[^\r\n]/g, ' ');
