import { parse } from 'yaml';

/** A value of the chart, as its file describes it. */
export interface Value {
  /** Its keys, from the outermost. */
  readonly path: readonly string[];
  readonly default: unknown;
  readonly description: string;
}

/** The values of `values.yaml` that have a comment; what is within one of these belongs to it. Throws where a value has none. */
export function describedValues(text: string): Value[] {
  const comments = commentsOf(text);
  const walk = (value: unknown, path: readonly string[]): Value[] => {
    const description = comments.get(path.join('.'));
    if (description !== undefined) return [{ path, default: value, description }];
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error(`values.yaml: ${path.join('.')} has no comment that says what it means.`);
    return Object.entries(value).flatMap(([key, inner]) => walk(inner, [...path, key]));
  };
  return walk(parse(text), []);
}

/** The comment above each key, by its path. A blank line ends a comment that belongs to nothing. */
function commentsOf(text: string): Map<string, string> {
  const comments = new Map<string, string>();
  const open: { indent: number; key: string }[] = [];
  let comment: string[] = [];
  for (const line of text.split('\n')) {
    const [, said] = /^\s*# ?(.*)$/.exec(line) ?? [];
    const [, indent = '', key] = /^(\s*)([A-Za-z]\w*):/.exec(line) ?? [];
    if (said !== undefined) comment.push(said);
    else if (key !== undefined) {
      while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent.length) open.pop();
      open.push({ indent: indent.length, key });
      if (comment.length > 0) comments.set(open.map(({ key }) => key).join('.'), comment.join(' '));
      comment = [];
    } else comment = [];
  }
  return comments;
}

/** The table of the chart's README. */
export function valuesTable(values: readonly Value[]): string {
  const rows = values.map(
    ({ path, default: standard, description }) =>
      `| \`${path.join('.')}\` | ${shown(standard)} | ${description.replaceAll('|', '\\|')} |`,
  );
  return ['| value | default | meaning |', '| ----- | ------- | ------- |', ...rows].join('\n');
}

function shown(standard: unknown): string {
  if (standard === '' || standard === null) return '';
  return `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``;
}

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
}

/** The schema of the values with the descriptions of `values.yaml`, as text in the form of the formatter. */
export function describedSchema(schema: Schema, values: readonly Value[]): string {
  const described = structuredClone(schema);
  for (const { path, description } of values) {
    const property = path.reduce<Schema | undefined>((inner, key) => inner?.properties?.[key], described);
    if (!property) throw new Error(`values.schema.json: ${path.join('.')} is missing.`);
    property.description = description;
  }
  const json = JSON.stringify(described, null, 2);
  return `${json.replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items: string) => `[${items.replace(/\n\s+/g, ' ')}]`)}\n`;
}
