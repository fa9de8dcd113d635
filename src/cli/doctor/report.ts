import { styleText } from 'node:util';
import type { Finding, FindingLevel } from '../../findings.ts';
import { version } from '../../version.ts';

const colours = { ok: 'green', warning: 'yellow', problem: 'red' } as const;
const exits = { ok: 0, warning: 1, problem: 2 } as const;

/** How wide the columns of the level and the check are. */
const [levelWidth, checkWidth] = [9, 22];

/** How many findings there are of each level. */
export const countLevels = (findings: readonly Finding[]): Readonly<Record<FindingLevel, number>> => {
  const of = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  return { ok: of('ok'), warning: of('warning'), problem: of('problem') };
};

/** The worst level among them. */
const worst = (findings: readonly Finding[]): FindingLevel => {
  const { warning, problem } = countLevels(findings);
  return problem > 0 ? 'problem' : warning > 0 ? 'warning' : 'ok';
};

/** 0 where all is well, 1 with warnings, 2 with problems. */
export const exitCodeOf = (findings: readonly Finding[]): number => exits[worst(findings)];

/** A finding as lines in columns; in colour where it is told so. */
export function toLines({ check, level, found, advice }: Finding, colour: boolean): string {
  const styled = (text: string) => (colour ? styleText(colours[level], text, { validateStream: false }) : text);
  const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ');
  const lines = [
    `${styled(level)}${' '.repeat(levelWidth - level.length)}${check.padEnd(checkWidth)} ${oneLine(found)}`,
  ];
  if (advice !== null) lines.push(`${' '.repeat(levelWidth + checkWidth)} → ${oneLine(advice)}`);
  return `${lines.join('\n')}\n`;
}

/** The last line. */
export function toSummary(findings: readonly Finding[]): string {
  const { ok, warning, problem } = countLevels(findings);
  const noun = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  return `\n${noun(problem, 'problem')}, ${noun(warning, 'warning')}, ${ok} ok\n`;
}

/** All of it for programs; docs/deployment.md has the shape. */
export const toJson = (findings: readonly Finding[], at: Date): string =>
  `${JSON.stringify({ version, at, level: worst(findings), counts: countLevels(findings), findings }, null, 2)}\n`;
