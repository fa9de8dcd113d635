import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { administer } from '../postgres/administer.ts';

/** All that a folder holds: files with their modes and bytes. */
export function snapshotOfFolder(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files.map((name) => {
      const path = join(folder, name);
      const status = statSync(path);
      const bytes = status.isDirectory() ? 'a folder' : readFileSync(path).toString('latin1');
      return [name, `${(status.mode & 0o777).toString(8)} ${bytes}`];
    }),
  );
}

/** What a database of PostgreSQL is, by its catalogs, extensions and what they hold left out. */
const catalogs: Readonly<Record<string, string>> = {
  schemas: `select nspname, nspowner::regrole::text as owner, nspacl::text from pg_namespace
     where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`,
  // the oid too: the very tables, and not others like them
  relations: `select oid::int, relnamespace::regnamespace::text as schema, relname, relkind::text, relowner::regrole::text as owner,
       relacl::text, reloptions::text, obj_description(oid, 'pg_class') as comment
     from pg_class where OURS(relnamespace) and EXTENDED('pg_class', oid) order by 2, 3`,
  columns: `select attrelid::regclass::text as of, attnum, attname, format_type(atttypid, atttypmod) as type, attnotnull, attacl::text,
       pg_get_expr(adbin, adrelid) as default
     from pg_attribute join pg_class on pg_class.oid = attrelid
       left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where OURS(relnamespace) and EXTENDED('pg_class', pg_class.oid) and relkind in ('r', 'v') and attnum > 0 and not attisdropped
     order by 1, 2`,
  constraints: `select conrelid::regclass::text as of, conname, pg_get_constraintdef(oid) as is from pg_constraint
     where OURS(connamespace) and conrelid > 0 order by 1, 2`,
  indexes: `select schemaname, tablename, indexname, indexdef from pg_indexes where schemaname !~ '^pg_' order by 1, 2, 3`,
  sequences: `select schemaname, sequencename, sequenceowner::text, last_value, start_value, increment_by from pg_sequences order by 1, 2`,
  owned: `select objid::regclass::text as sequence, refobjid::regclass::text as of, refobjsubid from pg_depend
     where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype = 'a' order by 1, 2`,
  views: `select schemaname, viewname, definition from pg_views where schemaname !~ '^pg_' and schemaname <> 'information_schema' order by 1, 2`,
  triggers: `select tgrelid::regclass::text as of, pg_get_triggerdef(oid) as is from pg_trigger where not tgisinternal order by 1, 2`,
};

const ours = (text: string) =>
  text
    .replaceAll(
      /OURS\((\w+)\)/g,
      `$1 in (select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')`,
    )
    .replaceAll(
      /EXTENDED\('pg_class', ([\w.]+)\)/g,
      `not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = $1 and d.deptype = 'e')`,
    );

/** Structure and rows of a whole database. */
export async function snapshotOfDatabase(url: string): Promise<Record<string, unknown>> {
  const snapshot: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(catalogs)) snapshot[name] = await administer(url, ours(text));
  for (const { schema, relname, relkind } of snapshot.relations as Record<string, string>[])
    if (relkind === 'r')
      snapshot[`rows of ${schema}.${relname}`] = await administer(
        url,
        `select t::text from "${schema}"."${relname}" t order by 1`,
      );
  return snapshot;
}
