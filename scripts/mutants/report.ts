import type { Tried } from './campaign.ts';
import { type Equivalent, isSame } from './equivalent.ts';
import { type Mutant, rules } from './mutant.ts';

export interface Result {
  readonly tried: readonly Tried[];
  /** How many were to be tried. */
  readonly wanted: number;
  readonly seed: string;
}

/** The share of the mutants that a test noticed, from 0 to 1; 1 where there are none. */
export function shareNoticed({ tried }: Result): number {
  const counted = tried.filter(({ outcome }) => outcome.kind !== 'refused');
  return counted.length === 0 ? 1 : counted.filter(({ outcome }) => outcome.kind === 'noticed').length / counted.length;
}

/** What became of one, on a few lines. */
export function line({ mutant, outcome, seconds }: Tried): string {
  const place = `${mutant.file}:${mutant.line}  ${mutant.rule}  ${seconds.toFixed(0)} s`;
  const change = `\n  - ${cut(mutant.before)}\n  + ${cut(mutant.after)}`;
  switch (outcome.kind) {
    case 'noticed':
      return `noticed   ${place}  by ${outcome.by}`;
    case 'refused':
      return `refused   ${place}  by the compiler`;
    case 'survived':
      return `SURVIVED  ${place}  ${witnesses(outcome)}${change}`;
  }
}

/** All of it as Markdown: survivors first. */
export function markdown(result: Result): string {
  const { tried, wanted, seed } = result;
  const counted = tried.filter(({ outcome }) => outcome.kind !== 'refused');
  const survivors = counted.filter(({ outcome }) => outcome.kind === 'survived');
  const parts = [
    `## Mutants: noticed ${counted.length - survivors.length} of ${counted.length} (${percent(shareNoticed(result))})`,
    `Seed \`${seed}\`. ${tried.length - counted.length} more were refused by the compiler.`,
    ...(counted.length < wanted ? [`**${wanted - counted.length} were not reached in the time given.**`] : []),
    ...survivors.map(
      ({ mutant, outcome }) =>
        `- \`${mutant.file}:${mutant.line}\`, ${mutant.rule}${outcome.kind === 'survived' ? `, ${witnesses(outcome)}` : ''}\n\n` +
        `  \`\`\`diff\n  - ${cut(mutant.before)}\n  + ${cut(mutant.after)}\n  \`\`\``,
    ),
    ...(survivors.length === 0 ? ['No survivors.'] : []),
    ['| rule | noticed | of |', '| --- | ---: | ---: |', ...rules.map((rule) => row(rule, counted))].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Entries of the list of equivalents that are about no place of the sources any more. */
export function stale(equivalents: readonly Equivalent[], mutants: readonly Mutant[]): Equivalent[] {
  return equivalents.filter((equivalent) => !mutants.some((mutant) => isSame(equivalent, mutant)));
}

function row(rule: string, counted: readonly Tried[]): string {
  const ofRule = counted.filter(({ mutant }) => mutant.rule === rule);
  return `| ${rule} | ${ofRule.filter(({ outcome }) => outcome.kind === 'noticed').length} | ${ofRule.length} |`;
}

function witnesses({ ran, covering }: { ran: number; covering: number }): string {
  if (covering === 0) return 'no test runs it';
  return ran === covering ? `${covering} test files ran it` : `${ran} of ${covering} test files that run it had time`;
}

function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
