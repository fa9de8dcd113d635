import { sql } from 'kysely';
import { type Schema, type StepContext, step } from './step.ts';
import { indexable } from './support/python-rules.ts';

const batchSize = 500;

/**
 * Domains become NFC, and so does what filters compare of languages, frameworks and patterns; the units keep those as they were
 * sent. Of a unit's domains that are equal then, one stays. Words are the same in both forms, but not how often a unit has them:
 * units with fewer domains are indexed again in the background, as of an analyser before the first.
 */
export const nfc = step('0015-nfc', async (context) => {
  const { db, pick, tell, progress } = context;
  const texts = sql`domains || languages || frameworks || pattern`;
  const beyondAscii = pick({ sqlite: sql`${texts} glob '*[^ -~]*'`, postgres: sql`(${texts}) ~ '[^ -~]'` });
  let last = '';
  let changed = 0;
  for (let done = 0; ; ) {
    const { rows } = await sql<UnitTexts>`
      select id, domains, languages, frameworks, pattern from knowledge_units
       where id > ${last} and ${beyondAscii} order by id limit ${sql.lit(batchSize)}`.execute(db);
    if (rows.length === 0) break;
    changed += await normalizeDomains(context, rows);
    await normalizeContext(context, rows);
    last = rows.at(-1)?.id ?? last;
    done += rows.length;
    await progress(`${done} units looked at for characters in several forms`);
  }
  if (changed > 0) tell(`the domains of ${changed} units are in NFC now`);
});

interface UnitTexts {
  readonly id: string;
  readonly domains: string;
  readonly languages: string;
  readonly frameworks: string;
  readonly pattern: string;
}

const composed = (values: readonly string[]) => [...new Set(values.map((value) => value.normalize('NFC')))];
const isComposed = (values: readonly string[]) => values.every((value) => value === value.normalize('NFC'));

/** The elements of a JSON array as rows `given` with a column `value`. */
const elements = ({ pick }: StepContext, values: readonly unknown[]) => {
  const json = JSON.stringify(values);
  return pick({
    sqlite: sql`json_each(${json}) given`,
    postgres: sql`json_array_elements(${json}::json) given (value)`,
  });
};

async function normalizeDomains(context: StepContext, rows: readonly UnitTexts[]): Promise<number> {
  const { db } = context;
  const changes = rows.flatMap(({ id, domains }) => {
    const before: string[] = JSON.parse(domains);
    return isComposed(before) ? [] : [{ id, before, after: composed(before) }];
  });
  if (changes.length === 0) return 0;
  // the units first: a confirmation locks the unit before its domains, too, and what it changes is read after it
  await sql`
    update knowledge_units set domains = given.value ->> 1
      from ${elements(
        context,
        changes.map(({ id, after }) => [id, JSON.stringify(after)]),
      )}
     where knowledge_units.id = given.value ->> 0`.execute(db);
  await deleteOf(db, 'knowledge_unit_domains', changes);
  const domainRows = changes.flatMap(({ id, after }) => {
    const names = [...new Set(after.map(indexable))];
    return names.map((name) => [id, name, names.length]);
  });
  await sql`
    insert into knowledge_unit_domains (unit_id, domain, status, confidence, domain_count)
    select unit.id, given.value ->> 1, unit.status, unit.confidence, cast(given.value ->> 2 as integer)
      from ${elements(context, domainRows)} join knowledge_units unit on unit.id = given.value ->> 0`.execute(db);
  const shorter = changes.filter(({ before, after }) => after.length < before.length);
  if (shorter.length > 0)
    await db.updateTable('search_documents').set({ analyser: 0 }).where('unit_id', 'in', idsOf(shorter)).execute();
  return changes.length;
}

async function normalizeContext(context: StepContext, rows: readonly UnitTexts[]) {
  const changes = rows.flatMap(({ id, languages, frameworks, pattern }) => {
    const values = {
      language: JSON.parse(languages) as string[],
      framework: JSON.parse(frameworks) as string[],
      pattern: pattern ? [pattern.toLowerCase()] : [],
    };
    return isComposed(Object.values(values).flat()) ? [] : [{ id, values }];
  });
  if (changes.length === 0) return;
  await deleteOf(context.db, 'knowledge_unit_context', changes);
  const contextRows = changes.flatMap(({ id, values }) =>
    Object.entries(values).flatMap(([kind, of]) =>
      [...new Set(composed(of).map(indexable))].map((value) => [id, kind, value]),
    ),
  );
  await sql`
    insert into knowledge_unit_context (unit_id, kind, value)
    select given.value ->> 0, given.value ->> 1, given.value ->> 2 from ${elements(context, contextRows)}`.execute(
    context.db,
  );
}

const idsOf = (changes: readonly { readonly id: string }[]) => changes.map(({ id }) => id);

const deleteOf = (db: Schema, table: string, changes: readonly { readonly id: string }[]) =>
  db.deleteFrom(table).where('unit_id', 'in', idsOf(changes)).execute();
