import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

/** Numbers from 0 to below 1, the same ones for a seed. Mulberry32, by Tommy Ettinger. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface RandomOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Response keys that are names of what all objects have, or look like code. */
const oddKeys = ['constructor', 'toString', 'then', 'hasOwnProperty', 'valueOf', 'length', 'toJSON', '_', 'if'];
const oddTexts = [
  '',
  '"',
  '\\',
  `\`\${1}\``,
  "'); throw 1; ('",
  '\u2028',
  '\ud83d\ude00',
  '*/',
  '</script>',
  '__proto__',
  'ku_1',
];

/**
 * An operation over a whole schema: selections with fragments, aliases, conditions and fields that are merged; arguments as literals, as
 * variables and left out. Now and then it is not valid, and now and then a variable has a wrong value.
 */
export function randomOperation(schema: GraphQLSchema, random: () => number): RandomOperation {
  const { below, chance, oneOf } = choices(random);
  const value = (type: GraphQLInputType, depth: number) => randomValue(type, depth, random);
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  const fragmentTypes: [name: string, type: string][] = [];
  let [aliases, left] = [0, 60];

  const isMutation = chance(0.25);
  const root = (isMutation ? schema.getMutationType() : schema.getQueryType()) as GraphQLNamedOutputType;
  const body = selection(root, 4);
  const head = `${isMutation ? 'mutation' : 'query'} Random${declared.length > 0 ? `(${declared.join(', ')})` : ''}`;
  return { query: `${head} ${body}\n${fragments.join('\n')}`, variables };

  function selection(type: GraphQLNamedOutputType, depth: number): string {
    const parts: string[] = [];
    const count = 1 + below(5);
    for (let index = 0; index < count; index++) parts.push(oneSelection(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  function oneSelection(type: GraphQLNamedOutputType, depth: number): string {
    const way = random();
    if (way < 0.08) return '__typename';
    if (way < 0.16 && depth > 0) {
      const on = isAbstractType(type) ? oneOf(schema.getPossibleTypes(type)) : type;
      return `...${chance(0.6) ? ` on ${on.name}` : ''} ${condition()} ${selection(chance(0.6) ? type : on, depth - 1)}`;
    }
    if (way < 0.28 && depth > 0) return `...${fragmentOn(type, depth - 1)} ${condition()}`;
    const fields =
      isObjectType(type) || isAbstractType(type) ? Object.values('getFields' in type ? type.getFields() : {}) : [];
    const possible = depth > 0 && left > 0 ? fields : fields.filter((field) => isLeafType(getNamedType(field.type)));
    left--;
    return possible.length === 0 ? '__typename' : fieldText(oneOf(possible), depth);
  }

  function fragmentOn(type: GraphQLNamedOutputType, depth: number): string {
    const made = fragmentTypes.filter(([, on]) => on === type.name);
    if (made.length > 0 && chance(0.4)) return oneOf(made)[0];
    const name = `F${fragments.length}`;
    const place = fragments.push('') - 1;
    fragments[place] = `fragment ${name} on ${type.name} ${selection(type, depth)}`;
    fragmentTypes.push([name, type.name]);
    return name;
  }

  function fieldText(field: GraphQLField<unknown, unknown>, depth: number): string {
    const args = field.args
      .filter(({ type, defaultValue }) => (isNonNullType(type) && defaultValue === undefined) || chance(0.5))
      .map(({ name, type }) => `${name}: ${argument(type)}`);
    const type = getNamedType(field.type);
    // with arguments under a key of its own, since what is merged must have the same ones
    const alias =
      args.length > 0 || chance(0.15)
        ? `${chance(0.3) ? (chance(0.02) ? '__proto__' : oneOf(oddKeys)) : `k${aliases++}`}: `
        : '';
    const inner = isLeafType(type) ? '' : selection(type, depth - 1);
    return `${alias}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${condition()} ${inner}`;
  }

  function condition(): string {
    if (!chance(0.12)) return '';
    const value = chance(0.4)
      ? String(chance(0.5))
      : variable('Boolean!', chance(0.5), chance(0.3) ? String(chance(0.5)) : null);
    return `@${oneOf(['skip', 'include'])}(if: ${value})`;
  }

  function variable(type: string, value: unknown, standard: string | null): string {
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${standard === null ? type : `${type.replace(/!$/, '')} = ${standard}`}`);
    if (standard === null || chance(0.5)) variables[name] = chance(0.03) ? null : value;
    return `$${name}`;
  }

  function argument(type: GraphQLInputType): string {
    if (chance(0.5)) {
      const standard = chance(0.2) && isNonNullType(type) ? literal(type, 1, false) : null;
      return variable(String(type), value(type, 2), standard);
    }
    return literal(type, 2, true);
  }

  function literal(type: GraphQLInputType, depth: number, mayVary: boolean): string {
    if (isNonNullType(type)) return literal(type.ofType, depth, mayVary);
    if (chance(0.1)) return 'null';
    if (mayVary && chance(0.15)) return variable(String(type), value(type, 1), null);
    if (isListType(type)) {
      const items = Array.from({ length: below(3) }, () => literal(type.ofType, depth - 1, mayVary));
      return chance(0.2) ? literal(type.ofType, depth - 1, mayVary) : `[${items.join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || (depth > 0 && chance(0.4)),
      );
      return `{ ${given.map((field) => `${field.name}: ${literal(field.type, depth - 1, mayVary)}`).join(', ')} }`;
    }
    if (isEnumType(type)) return oneOf(type.getValues()).name;
    if (type.name === 'JSONObject')
      return chance(0.3) && mayVary ? `{ a: ${variable('Int', 5, null)} }` : '{ a: [1.0, { b: "c" }] }';
    return JSON.stringify(value(type, 0));
  }
}

/** A value for an input type; seldom one that does not fit. */
function randomValue(type: GraphQLInputType, depth: number, random: () => number): unknown {
  const { below, chance, oneOf } = choices(random);
  const value = (inner: GraphQLInputType, innerDepth: number) => randomValue(inner, innerDepth, random);
  if (isNonNullType(type)) return value(type.ofType, depth);
  if (chance(0.08)) return null;
  if (isListType(type))
    return chance(0.2)
      ? value(type.ofType, depth - 1)
      : Array.from({ length: below(3) }, () => value(type.ofType, depth - 1));
  if (isInputObjectType(type)) {
    const given = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (depth > 0 && chance(0.4)),
    );
    return Object.fromEntries(given.map((field) => [field.name, value(field.type, depth - 1)]));
  }
  if (isEnumType(type)) return oneOf(type.getValues()).name;
  if (chance(0.02)) return [[]];
  switch (type.name) {
    case 'Int':
      return below(30);
    case 'Float':
      return random() * 3;
    case 'Boolean':
      return chance(0.5);
    case 'DateTime':
      return '2026-01-31T09:30:00.000Z';
    case 'Date':
      return '2026-01-31';
    case 'JSONObject':
      return { a: [1, null, { b: 'c' }] };
    default:
      return oneOf(oddTexts);
  }
}

/** Values for the variables of an operation: all that it needs, and some of the others. */
export function randomVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  random: () => number,
): Record<string, unknown> {
  const given = definitions.filter(({ type }) => type.kind === Kind.NON_NULL_TYPE || random() < 0.5);
  return Object.fromEntries(
    given.map(({ variable, type }) => {
      const nullable = typeFromAST(schema, type) as GraphQLInputType;
      let value: unknown = null;
      for (let attempt = 0; attempt < 20 && value === null; attempt++) value = randomValue(nullable, 2, random);
      return [variable.name.value, value];
    }),
  );
}

function choices(random: () => number) {
  const below = (count: number) => Math.floor(random() * count);
  return {
    below,
    chance: (part: number) => random() < part,
    oneOf: <T>(items: readonly T[]): T => items[below(items.length)] as T,
  };
}
