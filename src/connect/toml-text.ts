import { parse, TomlError } from 'smol-toml';
import { digestOf, type Editor } from './editor.ts';
import { lineBreakOf, UnusableText } from './text-edits.ts';

type Table = Readonly<Record<string, unknown>>;

/** The table `[parent.name]` of a TOML text, with texts as its values. `parent` and `name` are bare keys. */
export function tomlTable(parent: string, name: string, table: Readonly<Record<string, string>>): Editor {
  const read = (text: string) => tablesOf(text, parent)?.[name];
  return {
    read,
    add(text) {
      const lines = lineBreakOf(text);
      const before = text === '' ? '' : /\n$/.test(text) ? lines : lines + lines;
      const values = Object.entries(table).map(([key, value]) => `${key} = ${JSON.stringify(value)}${lines}`);
      const added = `${before}[${parent}.${name}]${lines}${values.join('')}`;
      // a parent that is written in one line cannot be added to by a table of its own
      if (digestOf(contents(text + added, text)) !== digestOf(withTable(parseText(text), parent, name, table)))
        throw new UnusableText(`has ${parent} in a form that a table cannot be added to`, placeOf(text, parent));
      return { insertions: [{ offset: text.length, text: added }], containers: [] };
    },
    remove(text) {
      const expected = digestOf(without(parseText(text), parent, name));
      const rest = withoutTables(text, parent, name);
      if (rest === null || digestOf(without(contents(rest, text), parent, name)) !== expected)
        throw new UnusableText(
          `has ${parent}.${name} in a form that only a person can take out`,
          placeOf(text, parent),
        );
      return rest;
    },
  };
}

function parseText(text: string): Table {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const before = text.split('\n').slice(0, error.line - 1);
    const offset = before.reduce((sum, line) => sum + line.length + 1, 0) + error.column - 1;
    const [reason] = error.message.split('\n');
    throw new UnusableText(`is not valid TOML (${reason?.replace(/^Invalid TOML document: /, '')})`, offset);
  }
}

/** What a changed text says; empty where the change made it invalid, which `text` is not. */
function contents(changed: string, text: string): Table {
  try {
    return parseText(changed);
  } catch (error) {
    if (error instanceof UnusableText && parseText(text)) return {};
    throw error;
  }
}

function tablesOf(text: string, parent: string): Table | undefined {
  const tables = parseText(text)[parent];
  if (tables !== undefined && (typeof tables !== 'object' || tables === null || Array.isArray(tables)))
    throw new UnusableText(`has no table at ${parent}`, placeOf(text, parent));
  return tables as Table | undefined;
}

const withTable = (all: Table, parent: string, name: string, table: object): Table => ({
  ...all,
  [parent]: { ...(all[parent] as Table | undefined), [name]: table },
});

/** What a text says without the table; a parent that has no other is left out. */
function without(all: Table, parent: string, name: string): Table {
  const { [parent]: tables, ...rest } = all;
  const { [name]: _, ...others } = (tables ?? {}) as Table;
  return Object.keys(others).length === 0 ? rest : { ...rest, [parent]: others };
}

const placeOf = (text: string, parent: string) => Math.max(0, text.indexOf(parent));

/** A text without the table and those within it, as far as they begin with headers; null where there is no such header. */
function withoutTables(text: string, parent: string, name: string): string | null {
  const key = (bare: string) => `(?:${bare}|"${bare}"|'${bare}')`;
  const own = new RegExp(
    `^[ \\t]*\\[[ \\t]*${key(parent)}[ \\t]*\\.[ \\t]*${key(name)}[ \\t]*(?:\\.[^\\]]*)?\\][ \\t]*(?:#.*)?\\r?$`,
  );
  const lines = text.split('\n');
  const dropped = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (!own.test(line)) continue;
    const next = lines.findIndex((other, at) => at > index && /^[ \t]*\[/.test(other));
    let end = next < 0 ? lines.length : next;
    // comments and empty lines before the next table are its own
    while (end - 1 > index && /^\s*(#.*)?$/.test(lines[end - 1] ?? '')) end--;
    let start = index;
    if (start > 0 && /^\s*$/.test(lines[start - 1] ?? '')) start--;
    for (let at = start; at < end; at++) dropped.add(at);
  }
  return dropped.size === 0 ? null : lines.filter((_, index) => !dropped.has(index)).join('\n');
}
