import type { Finding, Report } from './check.ts';

/** A line for each finding, as compilers write them, and one that sums up. */
export function asText({ findings, operations, fragments }: Report, files: number, maxCost: number): string {
  const lines = findings.map(
    ({ file, line, column, severity, message }) =>
      `${file}:${line}:${column} ${severity}: ${message.replaceAll('\n', ' ')}`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const dearest = operations.toSorted((one, other) => (other.cost ?? 0) - (one.cost ?? 0))[0];
  const cost =
    dearest === undefined
      ? ''
      : dearest.cost === null
        ? ' The schema does not say what fields cost.'
        : ` The dearest costs ${dearest.cost} of ${maxCost} points: ${dearest.name || 'one without a name'}.`;
  const read = `${count(operations.length, 'valid operation')} and ${count(fragments, 'fragment')} in ${count(files, 'file')}`;
  const found = `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}.`;
  return [...lines, `${read}: ${found}${cost}`].join('\n');
}

const count = (number: number, of: string) => `${number} ${of}${number === 1 ? '' : 's'}`;

/** Commands of GitHub's workflows, which show each finding at its line. */
export const asAnnotations = (findings: readonly Finding[]): string[] =>
  findings.map(
    ({ file, line, column, severity, message }) =>
      `::${severity} file=${property(file)},line=${line},col=${column}::${data(message)}`,
  );

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
