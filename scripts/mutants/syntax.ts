import { parse } from '@babel/parser';
import type { File, Node } from '@babel/types';

export type { Node };

export function parseCode(source: string): File {
  return parse(source, { sourceType: 'module', plugins: ['typescript', 'explicitResourceManagement'] });
}

/** The tokens of a node that are the program's behaviour: types are left out. */
const ofTypes = /^TS(?!AsExpression|NonNullExpression|SatisfiesExpression|InstantiationExpression|ParameterProperty)/;

/** Calls `visit` with every node but those of types, outermost first, and the nodes that it lies in, innermost last. */
export function walk(node: Node, visit: (node: Node, within: readonly Node[]) => void, within: Node[] = []): void {
  if (ofTypes.test(node.type)) return;
  visit(node, within);
  within.push(node);
  for (const child of children(node)) walk(child, visit, within);
  within.pop();
}

function children(node: Node): Node[] {
  return Object.entries(node)
    .filter(([name]) => !/omments$/.test(name))
    .flatMap(([, value]) => value)
    .filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'loc' in value;
}

export function rangeOf(node: Node): { start: number; end: number } {
  if (node.start == null || node.end == null) throw new Error(`a ${node.type} without a place`);
  return { start: node.start, end: node.end };
}
