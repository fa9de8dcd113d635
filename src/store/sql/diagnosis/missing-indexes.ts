import { type Finding, warning } from '../../../findings.ts';
import { entities } from '../schema/entities.ts';

/** An index as an entity describes it. */
interface Described {
  readonly name?: unknown;
  readonly properties?: unknown;
  readonly expression?: unknown;
}

const inSnakeCase = (property: string) => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Each index that the tables of this release have, by its name, with the statement that makes it. */
const indexes: ReadonlyMap<string, string> = new Map(
  entities.flatMap(({ meta }) => {
    const statementsOf = (described: readonly Described[], kind: string) =>
      described.flatMap(({ name, properties, expression }): [string, string][] => {
        if (typeof name !== 'string') return [];
        if (typeof expression === 'string') return [[name, expression]];
        const columns = [properties].flat().map((property) => inSnakeCase(String(property)));
        return [[name, `create ${kind} ${name} on ${meta.tableName} (${columns.join(', ')})`]];
      });
    return [
      ...statementsOf(meta.indexes as readonly Described[], 'index'),
      ...statementsOf(meta.uniques as readonly Described[], 'unique index'),
    ];
  }),
);

/** How many indexes the tables of this release have by name. */
export const indexCount = indexes.size;

/** A finding for each index of the tables that is not among those that are there. */
export const missingIndexes = (check: string, present: ReadonlySet<string>): Finding[] =>
  [...indexes]
    .filter(([name]) => !present.has(name))
    .map(([name, statement]) =>
      warning(
        check,
        `The index ${name} is missing: what would use it is slow.`,
        `Run in the database, as the owner of the tables: ${statement}`,
      ),
    );
