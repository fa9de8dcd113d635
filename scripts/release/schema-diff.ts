import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema, getDirectiveValues, isInterfaceType, isObjectType } from 'graphql';
import { deprecationsOf } from './deprecations.ts';

/** A change that breaks clients and is meant to, as `release/breaking-changes.yml` has it. */
export interface NamedChange {
  /** Kind and place, such as `FIELD_REMOVED User.name`. */
  readonly change: string;
  readonly reason: string;
}

export interface SchemaChange {
  readonly name: string;
  readonly message: string;
  readonly breaking: boolean;
}

/** Directives that say how the server treats a field: no client can write them. */
const ofTheServer = ['cost', 'requires'];
/** The scopes, each with fewer callers than the one before: everybody who has the next has this one. */
const scopes = ['ANYONE', 'KNOWLEDGE_WRITE', 'AUTHENTICATED', 'REVIEWER', 'ADMIN'];

/** What changed from one SDL to another, but for documentation and costs. A field that fewer callers may select than before counts as breaking. */
export async function schemaChanges(before: string, after: string): Promise<SchemaChange[]> {
  const [old, now] = [buildSchema(before), buildSchema(after)];
  const found = await diff(old, now);
  const told = found.filter(({ type, path }) => !isAside(type, path ?? ''));
  return [...told.map(changeOf), ...raisedScopes(old, now)];
}

const isAside = (type: Change['type'], path: string) =>
  /DESCRIPTION/.test(type) ||
  ofTheServer.some((name) => path.startsWith(`@${name}`) || path.includes(`.@${name}`)) ||
  // told by the change of the deprecation itself
  path.includes('.@deprecated.');

const changeOf = ({ type, path, message, criticality }: Change): SchemaChange => ({
  name: `${type} ${path}`,
  message,
  breaking: criticality.level === CriticalityLevel.Breaking,
});

function raisedScopes(old: GraphQLSchema, now: GraphQLSchema): SchemaChange[] {
  const earlier = scopesOf(old);
  return [...scopesOf(now)].flatMap(([field, scope]) => {
    const before = earlier.get(field);
    if (before === undefined || scopes.indexOf(scope) <= scopes.indexOf(before)) return [];
    const message = `Field '${field}' requires ${scope}, and required ${before}`;
    return [{ name: `SCOPE_RAISED ${field}`, message, breaking: true }];
  });
}

/** Who may select each field, by `Type.field`. */
function scopesOf(schema: GraphQLSchema): Map<string, string> {
  const directive = schema.getDirective('requires');
  const found = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        const values = directive && field.astNode ? getDirectiveValues(directive, field.astNode) : undefined;
        found.set(`${type.name}.${field.name}`, String(values?.scope ?? 'ANYONE'));
      }
  return found;
}

/**
 * What is wrong with these changes: one that breaks clients and is not named, one that is named and did not happen, and a name without a reason.
 * `before` is the SDL of the last release.
 */
export function unnamedChanges(
  changes: readonly SchemaChange[],
  named: readonly NamedChange[],
  before: string,
): string[] {
  const breaking = changes.filter((each) => each.breaking);
  const promised = new Map(deprecationsOf(before).map(({ place, reason }) => [place, reason]));
  return [
    ...breaking
      .filter(({ name }) => !named.some(({ change }) => change === name))
      .map(({ name, message }) => {
        const deprecation = promised.get(name.replace(/^\S+ /, ''));
        const was = deprecation === undefined ? 'It was not deprecated.' : `Its deprecation said: "${deprecation}"`;
        return `${name}: ${message}. ${was} If it is meant, release/breaking-changes.yml has to name it with a reason.`;
      }),
    ...named
      .filter(({ change }) => !breaking.some(({ name }) => name === change))
      .map(
        ({ change }) => `release/breaking-changes.yml names "${change}", which did not happen since the last release`,
      ),
    ...named
      .filter(({ reason }) => typeof reason !== 'string' || reason.trim().length < 10)
      .map(({ change }) => `release/breaking-changes.yml gives no reason for "${change}"`),
  ];
}
