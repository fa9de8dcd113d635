import { sql } from 'kysely';
import type { Database } from '../database.ts';

interface QuarantineRow {
  readonly id: number;
  readonly source: string;
  readonly content: string;
  readonly reason: string;
}

/** Rows in quarantine in one read: each may be large. */
const quarantinedAtOnce = 50;

/** Renames who wrote what is in quarantine, and deletes accounts of the name: what the person wrote may be repaired yet. */
export async function renameQuarantined(db: Database, from: string, to: string, signal?: AbortSignal): Promise<void> {
  for (let after = 0; ; ) {
    signal?.throwIfAborted();
    const { rows } = await sql<QuarantineRow>`
      select id, source, content, reason from quarantine where id > ${after}
       order by id limit ${sql.lit(quarantinedAtOnce)}`.execute(db.search);
    for (const { id, source, ...row } of rows) {
      const [content, reason] = [withoutName(row.content, from, to), withoutName(row.reason, from, to)];
      if (content === row.content && reason === row.reason) continue;
      await db.transaction(async ({ write }) => {
        if (source === 'users') await sql`delete from quarantine where id = ${id}`.execute(write);
        else await sql`update quarantine set content = ${content}, reason = ${reason} where id = ${id}`.execute(write);
      });
    }
    after = rows.at(-1)?.id ?? 0;
    if (rows.length < quarantinedAtOnce) return;
  }
}

const stringLiteral = /"[^"\\]*(?:\\.[^"\\]*)*"/gs;

/**
 * A text of JSON in which each string that is the name is replaced, also in strings that are JSON themselves. All else is left to the letter,
 * numbers included. It may be no JSON at all.
 */
function withoutName(text: string, from: string, to: string): string {
  const renamed = text.replace(stringLiteral, (literal) => {
    const value = parsed(literal);
    if (value === from) return JSON.stringify(to);
    if (typeof value !== 'string' || !/["']/.test(value)) return literal;
    const inner = withoutName(value, from, to);
    return inner === value ? literal : JSON.stringify(inner);
  });
  return /^\s*\{/.test(renamed) && parsed(renamed) === undefined ? withoutQuotedName(renamed, from, to) : renamed;
}

/**
 * The same of an object that is no JSON, where it cannot be told which quotes begin a string: with one too many, with the end missing, or as
 * Python prints it.
 */
function withoutQuotedName(text: string, from: string, to: string): string {
  const escaped = JSON.stringify(from).slice(1, -1);
  let renamed = text;
  for (const form of new Set([escaped, escaped.replaceAll(/[^\x20-\x7e]/g, escapeOf), from]))
    for (const quote of ['"', "'"]) {
      renamed = renamed.replaceAll(`${quote}${form}${quote}`, () => quote + to + quote);
      if (renamed.endsWith(quote + form)) renamed = renamed.slice(0, -form.length) + to;
    }
  return renamed;
}

const escapeOf = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The value of JSON; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
