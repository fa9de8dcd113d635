import type { AwaitExpression, CallExpression, TaggedTemplateExpression } from '@babel/types';
import type { Edit } from './mutant.ts';
import { type Node, parseCode, rangeOf, walk } from './syntax.ts';

const opposite: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};
const neighbour: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const connective: Readonly<Record<string, string>> = { '&&': '||', '||': '&&', and: 'or', or: 'and' };

/**
 * Every fault that the rules can put into a TypeScript source. Some are no program that the compiler takes: it is the one
 * to say so.
 */
export function codeEdits(source: string): Edit[] {
  const edits: Edit[] = [];
  walk(parseCode(source).program, (node, within) => {
    edits.push(...editsOf(node, within, source));
  });
  return edits;
}

function editsOf(node: Node, within: readonly Node[], source: string): Edit[] {
  const { start, end } = rangeOf(node);
  switch (node.type) {
    case 'BinaryExpression':
      return operatorEdits(node.operator, operatorAt(node, source));
    case 'LogicalExpression':
      return connectiveEdits(node.operator, operatorAt(node, source));
    case 'UnaryExpression':
      return node.operator === '!' ? [{ rule: 'boolean', start, end: start + 1, text: '' }] : [];
    case 'BooleanLiteral':
      return [{ rule: 'boolean', start, end, text: String(!node.value) }];
    case 'ExpressionStatement':
      return isCall(node.expression) ? [{ rule: 'removed call', start, end, text: ';' }] : [];
    case 'CallExpression':
      return [...callEdits(node, within, source), ...queryEdits(node), ...quantifierEdits(node)];
    case 'TaggedTemplateExpression':
      return sqlEdits(node);
    case 'AwaitExpression':
      return awaitEdits(node, within, source);
    default:
      return [];
  }
}

function operatorAt({ left, right, operator }: { left: Node; right: Node; operator: string }, source: string): number {
  const from = rangeOf(left).end;
  return from + source.slice(from, rangeOf(right).start).indexOf(operator);
}

function operatorEdits(operator: string, start: number): Edit[] {
  const place = { start, end: start + operator.length };
  return [
    ...(opposite[operator] ? [{ rule: 'comparison' as const, ...place, text: opposite[operator] }] : []),
    ...(neighbour[operator] ? [{ rule: 'boundary' as const, ...place, text: neighbour[operator] }] : []),
  ];
}

function connectiveEdits(operator: string, start: number): Edit[] {
  const text = connective[operator];
  return text ? [{ rule: 'boolean', start, end: start + operator.length, text }] : [];
}

function isCall(node: Node): boolean {
  return node.type === 'AwaitExpression' ? isCall(node.argument) : node.type === 'CallExpression';
}

/** `a.f(b)` becomes `a`, and `f(b)` becomes `b`: a step left out of a chain, a value not looked at by a function. */
function callEdits(node: CallExpression, within: readonly Node[], source: string): Edit[] {
  const statement = within.findLast(({ type }) => type !== 'AwaitExpression');
  if (statement?.type === 'ExpressionStatement') return [];
  const { callee } = node;
  const chain = callee.type === 'MemberExpression' && !/^[A-Z]/.test(source.slice(...bounds(callee.object)));
  const kept = chain ? callee.object : node.arguments[0];
  if (!kept || kept.type === 'SpreadElement' || kept.type === 'ArgumentPlaceholder') return [];
  const text = source.slice(...bounds(kept));
  return [{ rule: 'removed call', ...rangeOf(node), text: chain ? text : `(${text})` }];
}

function bounds(node: Node): [number, number] {
  const { start, end } = rangeOf(node);
  return [start, end];
}

/** Operators that a query builder takes as text: `where('version', '<', version)`. */
function queryEdits(node: CallExpression): Edit[] {
  const operator = node.arguments[1];
  if (operator?.type !== 'StringLiteral' || node.arguments.length < 3) return [];
  return operatorEdits(operator.value, rangeOf(operator).start + 1);
}

function quantifierEdits({ callee }: CallExpression): Edit[] {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { name } = callee.property;
  if (name !== 'some' && name !== 'every') return [];
  return [{ rule: 'boolean', ...rangeOf(callee.property), text: name === 'some' ? 'every' : 'some' }];
}

/** Comparisons and connectives in the SQL of `sql` templates. */
function sqlEdits({ tag, quasi }: TaggedTemplateExpression): Edit[] {
  if (tag.type !== 'Identifier' || tag.name !== 'sql') return [];
  return quasi.quasis.flatMap((part) => {
    const text = part.value.raw;
    return [...text.matchAll(/(?<=\s)(?:<=|>=|<>|<|>|=|and|or)(?=\s|$)/g)]
      .filter(({ 0: operator, index }) => !isPartOfAnother(operator, text.slice(0, index)))
      .flatMap(({ 0: operator, index }) => {
        const at = rangeOf(part).start + index;
        return [...operatorEdits(operator, at), ...connectiveEdits(operator, at)];
      });
  });
}

/** Whether it is the `=` of an assignment or the `and` of a `between`. */
function isPartOfAnother(operator: string, before: string): boolean {
  const last = (pattern: RegExp) =>
    before
      .toLowerCase()
      .split(/[^a-z]+/)
      .findLastIndex((word) => pattern.test(word));
  if (operator === 'and') return last(/^between$/) > last(/^and$/);
  return operator === '=' && last(/^set$/) > last(/^(where|on|when|and|or)$/);
}

/** `return await` outside of a `try` and without resources to give back is the same without `await`. */
function awaitEdits(node: AwaitExpression, within: readonly Node[], source: string): Edit[] {
  const around = within.slice(within.findLastIndex(({ type }) => /Function|Method/.test(type)) + 1);
  const returned = around.length === 0 || around.at(-1)?.type === 'ReturnStatement';
  if (returned && !around.some((block) => block.type === 'TryStatement' || holdsResources(block))) return [];
  const argument = source.slice(...bounds(node.argument));
  return [{ rule: 'removed await', ...rangeOf(node), text: argument }];
}

function holdsResources(node: Node): boolean {
  return (
    node.type === 'BlockStatement' &&
    node.body.some((statement) => statement.type === 'VariableDeclaration' && /using/.test(statement.kind))
  );
}
