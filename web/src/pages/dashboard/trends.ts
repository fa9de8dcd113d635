interface Day {
  readonly date: string;
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
}

/** The first of `days` days that end today, in UTC as the server counts them. */
export const firstDay = (now: Date, days: number): string =>
  new Date(now.getTime() - (days - 1) * 86_400_000).toISOString().slice(0, 10);

const sum = (days: readonly Day[], of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
const decided = ({ approved, rejected }: Day) => approved + rejected;
const approved = (day: Day) => day.approved;
const proposed = (day: Day) => day.proposed;

/** How many percent of what was decided was approved; null where nothing was. */
function share(days: readonly Day[]): number | null {
  const all = sum(days, decided);
  return all === 0 ? null : Math.round((100 * sum(days, approved)) / all);
}

/** A number of each day, and those of this week and of the week before. */
const trendOf = (days: readonly Day[], of: (day: Day) => number) => ({
  line: days.map(of),
  week: sum(days.slice(-7), of),
  before: sum(days.slice(-14, -7), of),
});

/** The figures of a list of days, oldest first. */
export const figuresOf = (days: readonly Day[]) => ({
  today: days.at(-1)?.date ?? '',
  decidedToday: sum(days.slice(-1), decided),
  decided: trendOf(days, decided),
  proposed: trendOf(days, proposed),
  approved: trendOf(days, approved),
  share: {
    all: { approved: sum(days, approved), decided: sum(days, decided) },
    // of the week up to each day, since few are decided in one; of none without decisions
    line: days.flatMap((_, index) => share(days.slice(Math.max(0, index - 6), index + 1)) ?? []),
    week: share(days.slice(-7)),
    before: share(days.slice(-14, -7)),
  },
});

/** How many waited at the end of each day, from how many wait now. */
export function waitingOf(days: readonly Day[], now: number): number[] {
  let left = now;
  return days
    .toReversed()
    .map((day) => {
      const then = left;
      left -= day.proposed - decided(day);
      return Math.max(0, then);
    })
    .reverse();
}

/** How a number stands to one of before, in words. */
export function change(now: number, before: number, since = 'in the week before that'): string {
  if (now === before) return `as ${since}`;
  return `${Math.abs(now - before)} ${now > before ? 'more' : 'fewer'} than ${since}`;
}
