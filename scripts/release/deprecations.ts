import { type ConstDirectiveNode, Kind, parse, visit } from 'graphql';

/** For how many months at least a field stays after it is deprecated. */
export const monthsOfGrace = 6;

export interface Deprecation {
  /** Such as `User.name`, `Query.search.first` for an argument, or `Status.OLD`. */
  readonly place: string;
  readonly reason: string;
}

/** What an SDL deprecates. */
export function deprecationsOf(sdl: string): Deprecation[] {
  const found: Deprecation[] = [];
  const path: string[] = [];
  visit(parse(sdl), {
    enter(node) {
      if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE || node.kind === Kind.NAMED_TYPE) return;
      path.push(node.name.value);
      const directives: readonly ConstDirectiveNode[] =
        'directives' in node ? ((node.directives ?? []) as ConstDirectiveNode[]) : [];
      for (const { name, arguments: args } of directives)
        if (name.value === 'deprecated') {
          const value = args?.find((each) => each.name.value === 'reason')?.value;
          found.push({ place: path.join('.'), reason: value?.kind === Kind.STRING ? value.value : '' });
        }
    },
    leave(node) {
      if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE || node.kind === Kind.NAMED_TYPE) return;
      path.pop();
    },
  });
  return found;
}

/** What to use instead, and the two dates. */
const form =
  /^(?<instead>\S.*[.!]) Deprecated (?<since>\d{4}-\d\d-\d\d), removed (?<until>\d{4}-\d\d-\d\d) at the earliest\.$/s;

/** Which deprecations of an SDL do not say what to use instead, since when, and until when at least what they are about stays. */
export function deprecationProblems(sdl: string): string[] {
  return deprecationsOf(sdl).flatMap(({ place, reason }) => {
    const told = form.exec(reason)?.groups;
    if (!told?.since || !told.until)
      return [
        `${place} is deprecated with "${reason}", which is not of the form "Use … instead. Deprecated 2026-01-31, removed 2026-07-31 at the earliest."`,
      ];
    if (!isDay(told.since) || !isDay(told.until)) return [`${place} is deprecated with a day that there is not`];
    const earliest = monthsAfter(told.since, monthsOfGrace);
    if (told.until < earliest)
      return [`${place} may be removed on ${told.until}, and stays until ${earliest} at least by docs/api.md`];
    return [];
  });
}

const isDay = (text: string) => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/** The same day so many months later, or the last one of a month that is shorter. */
function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}
