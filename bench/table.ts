/** Columns with one of these headers hold text; the others hold figures. */
const textual = new Set(['question', 'contestant', 'collection', 'database', 'mode']);

/** One table as Markdown. */
export function table(header: readonly string[], body: readonly (readonly string[])[]): string {
  const texts = [header, ...body];
  const widths = header.map((_cell, column) => Math.max(...texts.map((cells) => cells[column]?.length ?? 0)));
  const isText = (column: number) => textual.has(header[column] ?? '');
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) => (isText(at) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), line(rule), ...body.map(line)].join('\n');
}
