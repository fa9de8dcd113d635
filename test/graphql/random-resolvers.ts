import {
  buildSchema,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  print,
} from 'graphql';
import { BadUserInputError } from '../../src/errors.ts';
import { DateScalar, DateTime, JSONObject } from '../../src/graphql/scalars.ts';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { randomNumbers } from './random-operations.ts';

/** What resolvers do and note in one execution. */
export interface Run {
  readonly seed: number;
  /** How often a resolver does something that it should not, from 0 to 1. */
  readonly faults: number;
  /** What resolvers were called with, in the order of the calls. */
  readonly calls: string[];
  readonly called: () => void;
}

/**
 * The schema of this server with resolvers whose values depend on the seed and the path alone: values of the type, in promises and functions,
 * and others; they throw and reject. About half of the fields have no resolver.
 */
export function randomlyResolved(): GraphQLSchema {
  const schema = buildSchema(readTypeDefs());
  for (const [name, scalar] of Object.entries({ DateTime, Date: DateScalar, JSONObject }))
    Object.assign(schema.getType(name) as object, functionsOf(scalar));
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isInterfaceType(type)) {
      type.resolveType = (value, context) => {
        const { named } = value as { named: () => unknown };
        (context as Run).called();
        return named() as string;
      };
    }
    if (!isObjectType(type)) continue;
    for (const [place, field] of Object.values(type.getFields()).entries())
      if (place % 2 === 0 || field.args.length > 0)
        field.resolve = (source, args, context, info) => resolved(source, args, context as Run, info);
  }
  return schema;
}

/** All that a scalar does with values. */
const functionsOf = (scalar: object) =>
  Object.fromEntries(Object.entries(scalar).filter(([, part]) => typeof part === 'function'));

function resolved(source: unknown, args: unknown, run: Run, info: GraphQLResolveInfo): unknown {
  run.called();
  const keys: unknown[] = [];
  for (let at: typeof info.path | undefined = info.path; at; at = at.prev) keys.unshift([at.key, at.typename]);
  const { fieldName, fieldNodes, returnType, parentType, fragments, rootValue, operation, variableValues } = info;
  run.calls.push(
    JSON.stringify([
      ...[keys, fieldName, String(returnType), String(parentType), fieldNodes.map((node) => print(node)), args],
      ...[
        Object.keys(args as object),
        Object.keys(fragments),
        rootValue,
        operation.name?.value,
        variableValues.coerced,
      ],
      ...[Object.keys(info), typeof source === 'object' && source !== null && 'place' in source ? source.place : null],
    ]),
  );
  return outcome(run, JSON.stringify(keys), returnType);
}

/** What comes of a field: mostly a value. */
function outcome(run: Run, place: string, type: GraphQLOutputType): unknown {
  const random = randomNumbers(run.seed ^ hashOf(place));
  const fault = random() < run.faults;
  const way = random();
  const late = <T>(make: () => T): Promise<T> => turns(Math.floor(random() * 4)).then(make);
  if (!fault) {
    const value = valueFor(run, place, type, random);
    if (way < 0.7) return value;
    if (way < 0.9) return late(() => value);
    // a promise of somebody else's, with `then` alone
    // biome-ignore lint/suspicious/noThenProperty: what resolvers answer may be any promise-like
    return way < 0.92 ? { then: Promise.prototype.then.bind(late(() => value)) } : Promise.resolve(value);
  }
  const error = faultOf(random);
  if (way < 0.3) throw error;
  if (way < 0.55)
    return late(() => {
      throw error;
    });
  if (way < 0.65) return error instanceof Error ? error : new Error('returned');
  if (way < 0.7) return late(() => new Error('resolved to'));
  if (way < 0.8) return random() < 0.5 ? null : undefined;
  if (way < 0.85) return late(() => null);
  const wrong = [
    5,
    'text',
    Number.NaN,
    true,
    {},
    [],
    [null, 'x'],
    Symbol.iterator.toString(),
    10n,
    new Date(Number.NaN),
    () => 7,
  ];
  return wrong[Math.floor(random() * wrong.length)];
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await null;
}

function faultOf(random: () => number): unknown {
  const faults = [
    () => new Error('broken', { cause: new Error('why') }),
    () => new GraphQLError('refused', { extensions: { code: 'CODED', n: 1 } }),
    () => new GraphQLError('plain'),
    () => new BadUserInputError('bad input'),
    () => new AggregateError([new Error('one'), new BadUserInputError('two'), 'three'], 'several'),
    () => 'a text',
    () => ({ message: 'an object', name: 'Odd', cause: 4 }),
    () => null,
    () => Object.assign(new Error('placed'), { path: ['elsewhere'], locations: [{ line: 1, column: 1 }] }),
  ];
  return faults[Math.floor(random() * faults.length)]?.();
}

function valueFor(run: Run, place: string, type: GraphQLOutputType, random: () => number): unknown {
  if (isNonNullType(type)) return valueFor(run, place, type.ofType, random);
  if (random() < 0.04) return null;
  if (isListType(type)) {
    const items = Array.from({ length: Math.floor(random() * 4) }, (_item, index) => {
      const at = `${place}/${index}`;
      return random() < 0.3
        ? caught(() => outcome(run, at, type.ofType))
        : valueFor(run, at, type.ofType, randomNumbers(run.seed ^ hashOf(at)));
    });
    const kind = random();
    if (kind < 0.85) return items;
    if (kind < 0.95) return new Set(items);
    return (async function* () {
      yield* items;
      if (kind > 0.98) throw new Error('ended');
    })();
  }
  if (isLeafType(type)) return leafOf(type, random);
  return objectAt(run, place, type, random);
}

/** An item that is an error where making it has failed. */
function caught(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function objectAt(run: Run, place: string, type: GraphQLOutputType, random: () => number): object {
  const name = isAbstractType(type) ? typeNames[Math.floor(random() * typeNames.length)] : String(type);
  const named = () => {
    if (random() < run.faults) throw new Error('no type');
    if (random() < run.faults) return Promise.reject(new Error('no type, later'));
    return random() < 0.3 ? Promise.resolve(name) : name;
  };
  const fields = schemaFields();
  // what a field without a resolver finds: a value, a promise, or a function of the arguments
  return new Proxy(
    { place, named },
    {
      get(target, key) {
        if (key in target) return target[key as keyof typeof target];
        const fieldType = typeof key === 'string' ? fields.get(`${name}.${key}`) : undefined;
        if (!fieldType) return undefined;
        const at = `${place}.${String(key)}`;
        if (randomNumbers(hashOf(at))() < 0.7) return caught(() => outcome(run, at, fieldType));
        return (args: unknown, context: Run, info: GraphQLResolveInfo) => resolved({ place }, args, context, info);
      },
    },
  );
}

/** Mostly types that an interface of the schema can be. */
const typeNames = [
  'KnowledgeUnit',
  'User',
  'Flag',
  'Activity',
  'InputError',
  'NotFoundError',
  'KnowledgeUnit',
  'InputError',
  'String',
  'Nothing',
  undefined,
  5,
];

let known: Map<string, GraphQLOutputType> | null = null;
function schemaFields(): Map<string, GraphQLOutputType> {
  if (known) return known;
  known = new Map();
  for (const type of Object.values(buildSchema(readTypeDefs()).getTypeMap()))
    if (isObjectType(type))
      for (const field of Object.values(type.getFields())) known.set(`${type.name}.${field.name}`, field.type);
  return known;
}

function leafOf(type: GraphQLLeafType, random: () => number): unknown {
  if (isEnumType(type)) return type.getValues()[Math.floor(random() * type.getValues().length)]?.value;
  if (!isScalarType(type)) return null;
  switch (type.name) {
    case 'Int':
      return Math.floor(random() * 100);
    case 'Float':
      return random();
    case 'Boolean':
      return random() < 0.5;
    case 'DateTime':
      return new Date(Math.floor(random() * 1e12));
    case 'JSONObject':
      return '{"a":1.0}';
    default:
      return `text ${Math.floor(random() * 100)}`;
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash >>> 0;
}
