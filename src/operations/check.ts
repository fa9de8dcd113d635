import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getLocation,
  Kind,
  NoDeprecatedCustomRule,
  NoUnusedFragmentsRule,
  type OperationDefinitionNode,
  parse,
  print,
  Source,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { createCostCalculator } from '../graphql/cost-directive.ts';
import { excessOf } from '../graphql/cost-limit.ts';
import { createDocumentValidator } from '../graphql/document-cache.ts';
import { maxPageSize } from '../graphql/page-size.ts';
import { type Shape, shapeLimits, shapesOf } from '../graphql/query-limits.ts';
import type { CheckedSchema } from './schema-source.ts';
import type { FileProblem, SourceText } from './source-files.ts';
import { worstVariables } from './worst-case.ts';

/** What is wrong at a place; deprecations and fragments that nobody uses are warnings. */
export interface Finding extends FileProblem {
  readonly severity: 'error' | 'warning';
  readonly rule: 'syntax' | 'name' | 'fragment' | 'schema' | 'limit' | 'cost' | 'deprecated';
}

/** An operation that is valid, as the server would see it: with the fragments that it uses. */
export interface CheckedOperation extends Pick<FileProblem, 'file' | 'line' | 'column'>, Shape {
  readonly name: string;
  readonly kind: string;
  /** Points at worst; null where the schema does not say what fields cost. */
  readonly cost: number | null;
  readonly tokens: number;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly operations: readonly CheckedOperation[];
  readonly fragments: number;
}

export interface CheckOptions extends CheckedSchema {
  /** `CQ_MAX_QUERY_COST` of the server. */
  readonly maxCost: number;
  /** Whether a page size in a variable may be the greatest, whatever the default of the variable. */
  readonly ignoreDefaults: boolean;
}

/** Of one file; a generated one may hold all operations of a frontend. */
const maxTokens = 500_000;

type Definition = OperationDefinitionNode | FragmentDefinitionNode;
/** Where the text of a definition is from. */
type Origins = ReadonlyMap<Source, SourceText>;

/**
 * Checks the operations of a client: each with the fragments that it spreads, wherever they are, as code generators send it, by the same rules and
 * limits as the server, and by its own cost calculator. Findings are in the order of files and lines.
 */
export function checkOperations(sources: readonly SourceText[], options: CheckOptions): Report {
  const findings = new Map<string, Finding>();
  const origins = new Map<Source, SourceText>();
  const report = (rule: Finding['rule'], severity: Finding['severity'], place: FileProblem) =>
    findings.set(JSON.stringify([place.file, place.line, place.column, place.message]), { rule, severity, ...place });
  const reportAt = (rule: Finding['rule'], severity: Finding['severity'], message: string, node: ASTNode | undefined) =>
    report(rule, severity, { message, ...placeOf(node?.loc?.source, node?.loc?.start ?? 0, origins) });
  const reportError = (
    rule: Finding['rule'],
    severity: Finding['severity'],
    error: GraphQLError,
    otherwise: ASTNode,
  ) => {
    const [source, position] = [error.source, error.positions?.[0]];
    if (!source || !origins.has(source)) reportAt(rule, severity, error.message, otherwise);
    else report(rule, severity, { message: error.message, ...placeOf(source, position ?? 0, origins) });
  };

  const definitions = sources.flatMap((text) => read(text, origins, report));
  const operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const fragment of definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)) {
    const before = fragments.get(fragment.name.value);
    if (!before) fragments.set(fragment.name.value, fragment);
    else
      reportAt(
        'name',
        'error',
        `There is another fragment ${fragment.name.value}, ${saidOf(before, origins)}.`,
        fragment.name,
      );
  }
  const named = new Map<string, OperationDefinitionNode>();
  for (const operation of operations) {
    const name = operation.name?.value;
    if (name === undefined) {
      reportAt(
        'name',
        'error',
        `This ${operation.operation} has no name, by which logs and code generators know it.`,
        operation,
      );
      continue;
    }
    const before = named.get(name);
    if (!before) named.set(name, operation);
    else reportAt('name', 'error', `There is another operation ${name}, ${saidOf(before, origins)}.`, operation.name);
  }

  const validateAsServer = createDocumentValidator(options.schema, true);
  const costOf = options.hasCosts ? createCostCalculator(options.schema) : null;
  const used = new Set<string>();
  const checked: CheckedOperation[] = [];
  const checkOperation = (operation: OperationDefinitionNode) => {
    const spread = fragmentsOf(operation, fragments);
    for (const name of spread) used.add(name);
    const document = withTokens([operation, ...spread.flatMap((name) => fragments.get(name) ?? [])]);
    if (document.tokenCount > shapeLimits.tokens) {
      const message = `The operation has ${document.tokenCount} tokens with its fragments, at most ${shapeLimits.tokens}.`;
      reportAt('limit', 'error', message, operation.name ?? operation);
      return;
    }
    const errors = validateAsServer(document);
    for (const error of errors) {
      const isLimit = error.extensions.code === 'QUERY_TOO_COMPLEX';
      reportError(isLimit ? 'limit' : 'schema', 'error', error, operation.name ?? operation);
    }
    if (errors.length > 0) return;
    for (const error of validate(options.schema, document, [NoDeprecatedCustomRule], { maxErrors: 100 }))
      reportError('deprecated', 'warning', error, operation);
    const [shape] = shapesOf(document);
    const variables = worstVariables(options.schema, operation, options.ignoreDefaults);
    const worst = costOf?.(document, operation, variables) ?? null;
    const excess = worst && excessOf(worst, { maxQueryCost: options.maxCost });
    if (excess) reportAt('cost', 'error', `${excess.message} ${worstCase(options)}`, operation.name ?? operation);
    const place = placeOf(operation.loc?.source, operation.loc?.start ?? 0, origins);
    if (shape)
      checked.push({
        name: operation.name?.value ?? '',
        kind: operation.operation,
        ...place,
        ...shape,
        cost: worst && Math.max(worst.cost, 1),
        tokens: document.tokenCount,
      });
  };
  const checkUnused = (name: string, fragment: FragmentDefinitionNode) => {
    reportAt('fragment', 'warning', `No operation uses the fragment ${name}.`, fragment.name);
    const others = fragmentsOf(fragment, fragments).filter((other) => other !== name);
    const document = withTokens([fragment, ...others.flatMap((other) => fragments.get(other) ?? [])]);
    for (const error of unusedProblems(options.schema, document)) reportError('schema', 'error', error, fragment);
  };
  const reportTooDeep = (definition: Definition, check: () => void) => {
    try {
      check();
    } catch (error) {
      if (!isTooDeep(error)) throw error;
      reportAt('limit', 'error', tooDeep, definition.name ?? definition);
    }
  };
  for (const operation of operations) reportTooDeep(operation, () => checkOperation(operation));
  for (const [name, fragment] of fragments)
    if (!used.has(name)) reportTooDeep(fragment, () => checkUnused(name, fragment));
  return { findings: inOrder([...findings.values()]), operations: checked, fragments: fragments.size };
}

const worstCase = ({ ignoreDefaults }: CheckOptions) =>
  `That is with every page size in a variable at ${ignoreDefaults ? '' : 'its default, or where it has none at '}${maxPageSize}.`;

/** The definitions in a text; a syntax error, or what a client cannot send, is reported. */
function read(
  text: SourceText,
  origins: Map<Source, SourceText>,
  report: (rule: Finding['rule'], severity: Finding['severity'], place: FileProblem) => void,
): Definition[] {
  // a file may hold comments alone
  if (/^(?:[\s,\ufeff]|#[^\r\n]*)*$/.test(text.text)) return [];
  const source = new Source(text.text, text.file);
  origins.set(source, text);
  try {
    const { definitions } = parse(source, { maxTokens });
    return definitions.flatMap((definition) => {
      if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION)
        return [definition];
      const message = 'This defines a part of a schema, and is no operation: leave the file out by a pattern with "!".';
      report('syntax', 'error', { message, ...placeOf(source, definition.loc?.start ?? 0, origins) });
      return [];
    });
  } catch (error) {
    if (!(error instanceof GraphQLError || isTooDeep(error))) throw error;
    const [message, position = 0] = error instanceof GraphQLError ? [error.message, error.positions?.[0]] : [tooDeep];
    report('syntax', 'error', { message, ...placeOf(source, position, origins) });
    return [];
  }
}

/** Where a position of a source is in its file. */
function placeOf(source: Source | undefined, position: number, origins: Origins) {
  const origin = source && origins.get(source);
  if (!source || !origin) return { file: source?.name ?? '', line: 1, column: 1 };
  const { line, column } = getLocation(source, position);
  const { file } = origin;
  return { file, line: origin.line + line - 1, column: line === 1 ? origin.column + column - 1 : column };
}

function saidOf(node: Definition, origins: Origins): string {
  const { file, line } = placeOf(node.loc?.source, node.loc?.start ?? 0, origins);
  return `in ${file}:${line}`;
}

const tooDeep = 'This is nested too deep to be read.';

/** Whether the parser, a visitor or a rule, which call themselves for what is nested, had no room left to do so. */
const isTooDeep = (error: unknown): error is RangeError => error instanceof RangeError;

/** The names of the fragments that a definition spreads, also by way of others; those that are not there too. */
function fragmentsOf(definition: Definition, fragments: ReadonlyMap<string, FragmentDefinitionNode>): string[] {
  const names = new Set<string>();
  const waiting: Definition[] = [definition];
  for (let next = waiting.pop(); next; next = waiting.pop())
    visit(next, {
      FragmentSpread({ name: { value } }) {
        const fragment = fragments.get(value);
        if (fragment && !names.has(value)) waiting.push(fragment);
        names.add(value);
      },
    });
  return [...names];
}

/** A document as a client sends it, and of how many tokens that is. */
function withTokens(definitions: readonly Definition[]): DocumentNode & { readonly tokenCount: number } {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  const { tokenCount = 0 } = parse(print(document), { noLocation: true });
  return Object.assign(document, { tokenCount });
}

const rulesOfUnused = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);

/** What is wrong with a fragment that nobody uses; of one that is too large to be used, nothing. */
function unusedProblems(schema: GraphQLSchema, document: DocumentNode & { readonly tokenCount: number }) {
  return document.tokenCount > shapeLimits.tokens ? [] : validate(schema, document, rulesOfUnused, { maxErrors: 10 });
}

const inOrder = (findings: Finding[]) =>
  findings.sort(
    (one, other) =>
      (one.file < other.file ? -1 : Number(one.file > other.file)) ||
      one.line - other.line ||
      one.column - other.column,
  );
