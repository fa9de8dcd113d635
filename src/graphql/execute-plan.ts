import { buildResolveInfo, CRITICAL_ERROR, type ExecutionContext } from '@graphql-tools/executor';
import { inspect } from 'cross-inspect';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLResolveInfo,
  isObjectType,
  locatedError,
  type VariableValues,
} from 'graphql';
import { resolvers } from '../observations/resolver.ts';
import { argumentsOf } from './argument-plan.ts';
import type { FieldPlan, Plan, Shape } from './execution-plan.ts';
import { observedResolver } from './observing-resolvers.ts';

/**
 * Carries out plans. Answers, errors and their order are those of the executor (`@graphql-tools/executor`), which tests compare: the same
 * values are awaited in the same turns. What it does for each field that depends on the document alone is in the plan.
 */

type MaybePromise<T> = T | PromiseLike<T>;
type Data = Record<string, unknown>;
type Path = GraphQLResolveInfo['path'];

/** Executes an operation by its plan. Rejects, or throws, when the signal is aborted. */
export function executePlan(plan: Plan, run: ExecutionContext): MaybePromise<ExecutionResult> {
  const failed = (error: Error & { readonly errors?: readonly GraphQLError[] }): ExecutionResult => {
    run.signal?.throwIfAborted();
    run.errors.push(...(error.errors ?? [error as GraphQLError]));
    return { errors: run.errors, data: null };
  };
  const done = (data: Data): ExecutionResult => (run.errors.length === 0 ? { data } : { errors: run.errors, data });
  let data: MaybePromise<Data>;
  try {
    data = plan.isMutation
      ? executeInTurn(run, plan.fields)
      : executeFields(run, plan.fields, run.rootValue, undefined);
  } catch (error) {
    return failed(error as Error);
  }
  // one turn later, in which a field that nobody waits for any more may still fail
  return isPromise(data) ? data.then(done, failed).then((result) => result) : done(data);
}

/** The root fields of a mutation, one after the other. */
function executeInTurn(run: ExecutionContext, fields: readonly FieldPlan[]): MaybePromise<Data> {
  const add = (data: Data, field: FieldPlan): MaybePromise<Data> => {
    run.signal?.throwIfAborted();
    const value = executeField(run, field, run.rootValue, undefined);
    const keep = (kept: unknown) => {
      data[field.key] = kept;
      return data;
    };
    return isPromise(value) ? value.then(keep) : keep(value);
  };
  let data: MaybePromise<Data> = {};
  for (const field of fields)
    data = isPromise<Data>(data) ? data.then((before) => add(before, field)) : add(data, field);
  return data;
}

function executeFields(
  run: ExecutionContext,
  fields: readonly FieldPlan[],
  source: unknown,
  path: Path | undefined,
): MaybePromise<Data> {
  const data: Data = {};
  const { signal } = run;
  let isPending = false;
  try {
    for (const field of fields) {
      signal?.throwIfAborted();
      const value = executeField(run, field, source, path);
      data[field.key] = value;
      if (isPromise(value)) isPending = true;
    }
  } catch (error) {
    if (!isPending || signal?.aborted) throw error;
    // the other fields are waited for, and may fail too
    const fail = () => {
      throw error;
    };
    return settled(data)
      .then(() => data)
      .then(fail, fail);
  }
  if (!isPending) return data;
  signal?.throwIfAborted();
  return (run.signalPromise ? Promise.race([run.signalPromise, settled(data)]) : settled(data)).then(() => data);
}

/** Waits for all fields, and puts their values in place of the promises. */
function settled(data: Data): PromiseLike<unknown> {
  const waiting: PromiseLike<void>[] = [];
  for (const key in data) {
    const value = data[key];
    if (!isPromise(value)) continue;
    waiting.push(
      value.then((settledValue) => {
        data[key] = settledValue;
      }),
    );
  }
  return waiting.length === 1 ? (waiting[0] as PromiseLike<void>) : Promise.all(waiting);
}

function executeField(run: ExecutionContext, field: FieldPlan, source: unknown, prev: Path | undefined): unknown {
  const path: Path = { prev, key: field.key, typename: field.parent.name };
  try {
    const value = resolve(run, field, source, path);
    const completed = isPromise(value)
      ? value.then((resolved) => complete(run, field, field.shape, path, resolved))
      : complete(run, field, field.shape, path, value);
    return isPromise(completed)
      ? completed.then(undefined, (error) => fieldFailed(run, field, path, error))
      : completed;
  } catch (error) {
    return fieldFailed(run, field, path, error);
  }
}

function resolve(run: ExecutionContext, field: FieldPlan, source: unknown, path: Path): unknown {
  const { definition } = field;
  const args = () => argumentsOf(field.args, run.variableValues as VariableValues);
  if (definition.resolve) {
    const info = infoOf(run, field, path);
    if (!resolvers.hasSubscribers) return definition.resolve(source, args(), run.contextValue, info);
    return observedResolver(run, field, () => definition.resolve?.(source, args(), run.contextValue, info));
  }
  const given = field.args.length === 0 ? null : args();
  if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined;
  const value = (source as Data)[definition.name];
  if (typeof value !== 'function') return value;
  return (source as Record<string, (...all: unknown[]) => unknown>)[definition.name]?.(
    given ?? {},
    run.contextValue,
    infoOf(run, field, path),
  );
}

const infoOf = (run: ExecutionContext, { definition, nodes, parent }: FieldPlan, path: Path) =>
  buildResolveInfo(run, definition, nodes as never, parent, path);

function complete(run: ExecutionContext, field: FieldPlan, shape: Shape, path: Path, value: unknown): unknown {
  if (value instanceof Error) throw value;
  if (value === null || value === undefined) {
    if (!shape.required) return null;
    throw new Error(`Cannot return null for non-nullable field ${nameOf(field)}.`);
  }
  switch (shape.kind) {
    case 'leaf':
      return completeLeaf(shape.type, value);
    case 'list':
      return completeList(run, field, shape.item, path, value);
    case 'object':
      return executeFields(run, shape.fields, value, path);
    case 'abstract':
      return completeAbstract(run, field, shape, path, value);
  }
}

function completeLeaf(type: (Shape & { kind: 'leaf' })['type'], value: unknown): unknown {
  let serialized: unknown;
  try {
    serialized = type.serialize(value);
  } catch (error) {
    throw error instanceof GraphQLError ? new Error(error.message) : error;
  }
  if (serialized !== null && serialized !== undefined) return serialized;
  const call = `\`${inspect(type)}.serialize(${inspect(value)})\``;
  throw new Error(`Expected ${call} to return non-nullable value, returned: ${inspect(serialized)}`);
}

function completeList(run: ExecutionContext, field: FieldPlan, shape: Shape, path: Path, value: unknown): unknown {
  if (isAsyncIterable(value)) return completeAsyncList(run, field, shape, path, value);
  if (!isIterable(value))
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${nameOf(field)}".`);
  const items: unknown[] = [];
  let isPending = false;
  for (const item of value) {
    const completed = completeItem(run, field, shape, itemPath(path, items.length), item);
    if (isPromise(completed)) isPending = true;
    items.push(completed);
  }
  return isPending ? Promise.all(items) : items;
}

async function completeAsyncList(
  run: ExecutionContext,
  field: FieldPlan,
  shape: Shape,
  path: Path,
  value: AsyncIterable<unknown>,
): Promise<unknown[]> {
  run.signal?.throwIfAborted();
  const iterator = value[Symbol.asyncIterator]();
  const items: unknown[] = [];
  for (;;) {
    const at = itemPath(path, items.length);
    let next: IteratorResult<unknown>;
    try {
      next = await iterator.next();
    } catch (error) {
      items.push(failedAt(run, field, shape, at, error));
      break;
    }
    if (next.done) break;
    items.push(completeItem(run, field, shape, at, next.value));
  }
  return items.some(isPromise) ? Promise.all(items) : items;
}

const itemPath = (prev: Path, key: number): Path => ({ prev, key, typename: undefined });

function completeItem(run: ExecutionContext, field: FieldPlan, shape: Shape, path: Path, item: unknown): unknown {
  try {
    const completed = isPromise(item)
      ? item.then((resolved) => complete(run, field, shape, path, resolved))
      : complete(run, field, shape, path, item);
    return isPromise(completed)
      ? completed.then(undefined, (error) => failedAt(run, field, shape, path, error))
      : completed;
  } catch (error) {
    return failedAt(run, field, shape, path, error);
  }
}

type Abstract = Shape & { readonly kind: 'abstract' };

function completeAbstract(run: ExecutionContext, field: FieldPlan, shape: Abstract, path: Path, value: unknown) {
  const { type } = shape;
  const found = (type.resolveType ?? run.typeResolver)(value, run.contextValue, infoOf(run, field, path), type);
  const execute = (name: unknown) => {
    const fields = typeof name === 'string' ? shape.fields.get(name) : undefined;
    if (!fields) throw typeError(run, field, shape, value, name);
    return executeFields(run, fields, value, path);
  };
  return isPromise(found) ? found.then(execute) : execute(found);
}

/** Why a value is of none of the types that an abstract type can be. */
function typeError({ schema }: ExecutionContext, field: FieldPlan, { type }: Abstract, value: unknown, name: unknown) {
  const { nodes } = field;
  const unresolved = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${nameOf(field)}"`;
  if (name === null || name === undefined) {
    const help = `Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`;
    return new GraphQLError(`${unresolved}. ${help}`, { nodes });
  }
  if (isObjectType(name))
    return new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  if (typeof name !== 'string')
    return new GraphQLError(`${unresolved} with value ${inspect(value)}, received "${inspect(name)}".`);
  const found = schema.getType(name);
  const resolvedTo = (what: string) =>
    new GraphQLError(`Abstract type "${type.name}" was resolved to a ${what}.`, { nodes });
  if (!found) return resolvedTo(`type "${name}" that does not exist inside the schema`);
  if (!isObjectType(found)) return resolvedTo(`non-object type "${name}"`);
  return new GraphQLError(`Runtime Object type "${name}" is not a possible type for "${type.name}".`, { nodes });
}

/** The value of a field that has failed: null, unless that is an error of the object that it is a field of. */
function fieldFailed(run: ExecutionContext, field: FieldPlan, path: Path, error: unknown): null {
  if (!(error instanceof AggregateError)) return failedAt(run, field, field.shape, path, error);
  for (const each of error.errors) failedAt(run, field, field.shape, path, each);
  return null;
}

function failedAt(run: ExecutionContext, { nodes }: FieldPlan, { required }: Shape, path: Path, error: unknown): null {
  // an error that has a path is taken as it is, whatever else it has
  const located: Partial<GraphQLError> = locatedError(asError(error), nodes, keysOf(path));
  if (required || located.extensions?.[CRITICAL_ERROR]) throw located;
  run.errors.push(located as GraphQLError);
  return null;
}

function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  const { message, cause, stack, name } = Object(error);
  if (typeof message !== 'string' || typeof error === 'function') return new Error(String(error));
  const made = new Error(message, 'cause' in Object(error) ? { cause } : undefined);
  if (typeof stack === 'string') made.stack = stack;
  if (typeof name === 'string') made.name = name;
  return made;
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

const nameOf = ({ parent, definition }: FieldPlan): string => `${parent.name}.${definition.name}`;

const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as PromiseLike<T> | null | undefined)?.then === 'function';

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as AsyncIterable<unknown>)[Symbol.asyncIterator] === 'function';
