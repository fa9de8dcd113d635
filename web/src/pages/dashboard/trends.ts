interface Day {
  readonly date: string;
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
}

/** The first of `days` days that end today, in UTC as the server counts them. */
export const firstDay = (now: Date, days: number): string =>
  new Date(now.getTime() - (days - 1) * 86_400_000).toISOString().slice(0, 10);

/** A day such as `6 Nov`, in the reader's language. */
export const shortDay = (date: string, locale?: string): string =>
  new Date(date).toLocaleDateString(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });

const sum = (days: readonly Day[], of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
const decided = ({ approved, rejected }: Day) => approved + rejected;

/** The figures of a list of days, oldest first. */
export function figuresOf(days: readonly Day[]) {
  const week = days.slice(-7);
  const before = days.slice(-14, -7);
  return {
    decidedToday: days.length > 0 ? decided(days[days.length - 1] as Day) : 0,
    decided: days.map(decided),
    proposed: days.map((day) => day.proposed),
    decidedInWeek: sum(week, decided),
    decidedBefore: sum(before, decided),
    proposedInWeek: sum(week, (day) => day.proposed),
    proposedBefore: sum(before, (day) => day.proposed),
    approvedShare: { approved: sum(days, (day) => day.approved), decided: sum(days, decided) },
  };
}

/** How a number of this week stands to that of the week before, in words. */
export function change(now: number, before: number): string {
  if (now === before) return 'as in the week before that';
  const more = now > before;
  return `${Math.abs(now - before)} ${more ? 'more' : 'fewer'} than in the week before that`;
}
