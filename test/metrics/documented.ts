import { readFileSync } from 'node:fs';

interface DocumentedFamily {
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

const page = () => readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

const rowsBelow = (heading: string): string[][] => {
  const [, section = ''] = page().split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return own
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
};

const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The table of families in docs/metrics.md, in its order. */
export const documentedFamilies = (): ReadonlyMap<string, DocumentedFamily> =>
  new Map(
    rowsBelow('Families').map(([name = '', type = '', labels = '', help = '']) => [
      codes(name)[0] ?? '',
      { type, labels: codes(labels), help },
    ]),
  );

/** The values of each label, by the table in docs/metrics.md; null where it says in words what they are. */
export const documentedLabels = (): ReadonlyMap<string, readonly string[] | null> =>
  new Map(
    rowsBelow('Labels').map(([label = '', values = '']) => {
      const named = codes(values);
      return [codes(label)[0] ?? '', named.length > 0 && !values.includes('…') ? named : null];
    }),
  );
