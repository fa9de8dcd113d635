/** How many texts are remembered: about as many as the connections of a database keep prepared. */
const maxNames = 1000;
/** So many tables of a statement are named. */
const maxTables = 4;

const names = new Map<string, string>();

/**
 * The name of an SQL statement: what it does and the tables that it does it to, in their order (a query summary, in the words of
 * OpenTelemetry). Statements with other values, lists of other lengths or other conditions share one, so that there are few: our texts name
 * nothing but what is in our code.
 */
export function statementName(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    if (names.size === maxNames) names.clear();
    name = summaryOf(sql);
    names.set(sql, name);
  }
  return name;
}

const target =
  /\b(?:(?:from|join)\s+(?:only\s+)?["`]?([a-z_]\w*)["`]?(?!\w*\s*\()|(?:into|update|table)\s+(?:if (?:not )?exists\s+)?["`]?([a-z_]\w*))/g;
const ownNames =
  /(?:\bwith(?:\s+recursive)?|,)\s*["`]?([a-z_]\w*)["`]?(?:\s*\([^()]*\))?\s+as\s+(?:not\s+)?(?:materialized\s+)?\(/g;
/** What stands where a table does, and is none. */
const noTables = new Set(['select', 'lateral', 'unnest', 'set', 'nothing', 'only', 'json_each', 'of']);

function summaryOf(sql: string): string {
  const text = sql
    .slice(0, 20_000)
    .replace(/'[^']*'|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .toLowerCase();
  const verb = /[a-z]+/.exec(text)?.[0] ?? 'statement';
  const own = new Set([...text.matchAll(ownNames)].map(([, name]) => name));
  const does =
    verb === 'with'
      ? (/\b(insert|update|delete)\b(?!\s+of\b|\s+set\b)/.exec(withoutLocks(text))?.[1] ?? 'select')
      : verb;
  const tables = new Set<string>();
  for (const [, from, to] of withoutLocks(text).matchAll(target)) {
    const table = from ?? to;
    if (table !== undefined && !own.has(table) && !noTables.has(table)) tables.add(table);
  }
  return [does, ...[...tables].slice(0, maxTables)].join(' ');
}

/** Without `for update` and `do update`, which name no table. */
const withoutLocks = (text: string) => text.replace(/\b(?:for|do)\s+(?:no key\s+)?update\b/g, ' ');
