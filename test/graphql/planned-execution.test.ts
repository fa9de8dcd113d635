import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type ExecutionArgs, normalizedExecutor } from '@graphql-tools/executor';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  Kind,
  parse,
  print,
  separateOperations,
  validate,
} from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DocumentCache, parseDocument } from '../../src/graphql/document-cache.ts';
import { maskError } from '../../src/graphql/errors.ts';
import { usePlannedExecution } from '../../src/graphql/planned-execution.ts';
import { shapeProblems } from '../../src/graphql/query-limits.ts';
import { campaign } from '../campaign.ts';
import { randomNumbers, randomOperation, randomVariables } from './random-operations.ts';
import { type Run, randomlyResolved } from './random-resolvers.ts';

/** By plans and by the executor: the same answers, errors and calls of resolvers, in the same order. */
const schema = randomlyResolved();

// a list that has failed leaves what else was under way in it alone, in both: what rejects there belongs to nobody
const listeners = process.listeners('unhandledRejection');
beforeAll(() => {
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', () => {});
});
afterAll(async () => {
  await setImmediate();
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

/** How often there was no plan, or something wrong with the request. */
let byExecutor = 0;
const planned = plannedExecution();

function plannedExecution(weigh: DocumentCache['weigh'] = () => {}): (args: ExecutionArgs) => unknown {
  let execute: (args: ExecutionArgs) => unknown = () => null;
  const plugin = usePlannedExecution({ weigh });
  const executeFn = (args: ExecutionArgs) => {
    byExecutor++;
    return normalizedExecutor(args);
  };
  plugin.onExecute?.({ executeFn, setExecuteFn: (given: typeof execute) => (execute = given) } as never);
  return execute;
}

interface Asked {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly seed: number;
  readonly faults: number;
  /** The call of a resolver during which the client disconnects. */
  readonly abortsAt?: number;
}

async function outcomeOf(execute: (args: ExecutionArgs) => unknown, document: DocumentNode, asked: Asked) {
  const { query, variables, seed, faults, abortsAt } = asked;
  const calls: string[] = [];
  const controller = new AbortController();
  let count = 0;
  const called = () => {
    if (++count === abortsAt) controller.abort(new Error('gone'));
  };
  const { signal } = controller;
  // as `cancellation.ts` has it
  const lookedAt = {
    ...{ addEventListener: () => {}, removeEventListener: () => {}, throwIfAborted: () => signal.throwIfAborted() },
    get aborted() {
      return signal.aborted;
    },
    get reason() {
      return signal.reason;
    },
  };
  const contextValue: Run & { params: object } = { seed, faults, calls, called, params: { query } };
  const args = { schema, document, variableValues: variables, contextValue, signal: lookedAt as never };
  let result: string;
  try {
    result = shown((await execute(args)) as ExecutionResult);
  } catch (error) {
    result = `rejected: ${error}`;
  }
  // fields that nobody waits for any more
  await setImmediate();
  return { result, calls };
}

/** All of an answer, with the order of its keys, and what only the log is told. */
function shown(result: ExecutionResult): string {
  const errors = result.errors?.map((error: GraphQLError) => {
    const { name, message, cause, path } = (error.originalError ?? {}) as Error & { path?: unknown };
    const masked = maskError(error);
    return {
      plain: error.toJSON?.() ?? error,
      original: [name, message, String(cause), path],
      masked: masked.toJSON(),
      nodes: error.nodes?.map((node) => print(node)),
    };
  });
  return JSON.stringify({ ...result, errors }, null, 1);
}

/** Executes an operation by the executor and twice by plans. */
async function expectSame(document: DocumentNode, asked: Asked) {
  const expected = await outcomeOf(normalizedExecutor as never, document, asked);
  byExecutor = 0;
  for (let time = 0; time < 2; time++) {
    const actual = await outcomeOf(planned, document, asked);
    expect(actual.result, asked.query).toBe(expected.result);
    expect(actual.calls, asked.query).toEqual(expected.calls);
  }
  // an answer without data is one about the variables
  const isPlanned = byExecutor === 0;
  return { ...expected, isPlanned, isExecuted: isPlanned || expected.result.includes('"data"') };
}

/** A document that is valid; null for any other. */
function validDocument(query: string): DocumentNode | null {
  try {
    const document = parseDocument(query);
    return validate(schema, document).length === 0 ? document : null;
  } catch {
    return null;
  }
}

const partsOfFaults = [0, 0.03, 0.1, 0.3];

it('random operations on the whole schema are answered alike, whatever their resolvers do', async () => {
  const wanted = campaign(150, 20_000);
  const counts = { done: 0, planned: 0, whole: 0, withErrors: 0, aborted: 0 };
  for (let seed = 1; counts.done < wanted; seed++) {
    const random = randomNumbers(seed * 7919);
    const { query, variables } = randomOperation(schema, random);
    const document = validDocument(query);
    if (!document) continue;
    const abortsAt = seed % 7 === 0 ? 1 + Math.floor(random() * 20) : undefined;
    const faults = partsOfFaults[seed % partsOfFaults.length] as number;
    const { result, isPlanned, isExecuted } = await expectSame(document, { query, variables, seed, faults, abortsAt });
    if (!isExecuted) continue;
    counts.done++;
    if (isPlanned) counts.planned++;
    if (result.startsWith('rejected')) counts.aborted++;
    else if (result.includes('"errors"')) counts.withErrors++;
    else counts.whole++;
  }
  // it is worth something only while plans are what executes, and there is enough of each kind
  expect(counts.planned).toBeGreaterThan(wanted * 0.9);
  expect(counts.whole).toBeGreaterThan(wanted / 10);
  expect(counts.withErrors).toBeGreaterThan(wanted / 4);
  expect(counts.aborted).toBeGreaterThan(0);
});

/** The operations of tests, and of the tools of MCP. */
const corpus = ['../operations/', '../../src/mcp/tools/'].flatMap((path) => {
  const folder = new URL(path, import.meta.url);
  const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return Object.entries(separateOperations(parse(texts.join('\n')))).map(([name, of]) => [name, print(of)] as const);
});

it.for(corpus)('%s is answered by a plan, and as the executor answers it', async ([, query]) => {
  const document = parseDocument(query);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation?.operation === 'subscription') return;
  let executed = 0;
  for (let seed = 1; seed <= campaign(4, 100); seed++) {
    const variables = randomVariables(schema, operation?.variableDefinitions ?? [], randomNumbers(seed));
    const asked = { query, variables, seed, faults: partsOfFaults[seed % 4] as number };
    const { isPlanned, isExecuted } = await expectSame(document, asked);
    expect(isPlanned).toBe(isExecuted);
    if (isExecuted) executed++;
  }
  expect(executed).toBeGreaterThan(0);
});

it('a document is planned for each of the values of its conditions', async () => {
  const query = /* GraphQL */ `
    query ($more: Boolean!, $less: Boolean = false) {
      serverInfo { version ...Rest @include(if: $more) ... @skip(if: $less) { kept: version } }
    }
    fragment Rest on ServerInfo { publicRead ... @include(if: $less) { nodeName } }
  `;
  const document = parseDocument(query);
  const answers = new Set<string>();
  for (let turn = 0; turn < 3; turn++)
    for (const variables of [
      { more: true },
      { more: false },
      { more: true, less: true },
      { more: false, less: true },
    ]) {
      const { result, isPlanned } = await expectSame(document, { query, variables, seed: 3, faults: 0 });
      expect(isPlanned).toBe(true);
      answers.add(result);
    }
  expect(answers.size).toBe(4);
});

/** An interface with many types under each of ten fields: more fields than a document may select. */
const multiplied = `mutation { ${[...'abcdefghij'].map((key) => `${key}: confirmKnowledgeUnit(input: { id: "ku" }) { ...Confirmed }`).join(' ')} }
  fragment Confirmed on ConfirmKnowledgeUnitPayload { userErrors { __typename code message path } knowledgeUnit { ...Unit } }
  fragment Unit on KnowledgeUnit { ...Lesson supersededBy { ...Lesson } related { similarity unit { ...Lesson } } }
  fragment Lesson on KnowledgeUnit { __typename id domains tier createdAt updatedAt version status insight { summary detail action }
    context { languages frameworks pattern } evidence { confidence confirmations lastConfirmedAt } }`;

it.for([
  ['a response key that is no key of a plain object', '{ serverInfo { __proto__: version } }', {}],
  ['a condition that is null', 'query ($no: Boolean = true) { serverInfo { version @skip(if: $no) } }', { no: null }],
  ['what abstract types multiply', multiplied, {}],
] as const)('left to the executor: %s', async ([, query, variables]) => {
  const document = validDocument(query) as DocumentNode;
  expect(shapeProblems(document)).toEqual([]);
  const { isPlanned } = await expectSame(document, { query, variables, seed: 1, faults: 0 });
  expect(isPlanned).toBe(false);
});

it('what is kept with a document is told with its text, and no more than there may be', async () => {
  const told: [text: string, bytes: number][] = [];
  const execute = plannedExecution((_document, text, bytes) => told.push([text, bytes]));
  const conditions = Array.from({ length: 8 }, (_condition, place) => `c${place}`);
  const query = `query (${conditions.map((name) => `$${name}: Boolean!`)}) {
    serverInfo { ${conditions.map((name) => `${name}: version @skip(if: $${name})`).join(' ')} }
  }`;
  const document = parseDocument(query);
  for (let bits = 0; bits < 256; bits++) {
    const variables = Object.fromEntries(conditions.map((name, place) => [name, (bits >> place) % 2 === 1]));
    await outcomeOf(execute, document, { query, variables, seed: 1, faults: 0 });
  }
  expect(told).toHaveLength(256);
  expect(new Set(told.map(([text]) => text))).toEqual(new Set([query]));
  const bytes = told.map(([, kept]) => kept);
  expect(bytes[0]).toBeLessThan(bytes[1] as number);
  expect(Math.max(...bytes)).toBeGreaterThan(200_000);
  expect(Math.max(...bytes)).toBeLessThanOrEqual(300_000);
  // the first are made anew, and told again
  await outcomeOf(execute, document, {
    query,
    variables: Object.fromEntries(conditions.map((name) => [name, false])),
    seed: 1,
    faults: 0,
  });
  expect(told).toHaveLength(257);
});
