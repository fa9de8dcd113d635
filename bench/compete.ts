import type { Running, Usage } from './contestants/start.ts';
import { fire, type Measure, measureOf, median } from './measure.ts';
import type { Question } from './questions.ts';
import type { Task } from './tasks.ts';

/** What one contestant took for a question: medians of its turns. */
export interface Result extends Measure {
  /** Processor time beside the baseline's in the same round, the median; null where one is not to be known, or there is no baseline. */
  readonly ratio: number | null;
}

export interface Race {
  readonly question: Question;
  /** See `Question.tasks`. */
  readonly series: number;
  readonly connections: number;
  /** How much processor time a turn takes, about: by the clock, a busy machine would leave no time to warm up. */
  readonly ms: number;
  readonly rounds: number;
  /** The key that a contestant is asked with. */
  keyFor(running: Running): string | undefined;
}

/** What a request may cost before that is known, in microseconds. */
const firstGuess = 5000;
/** No request costs less, whatever a clock of coarse steps says. */
const least = 20;
/** How many turns the one that warms up is as long as. */
const warmUp = 3;

interface Asked {
  readonly running: Running;
  readonly next: () => Task;
  readonly turns: Measure[];
  /** Counts since the last turn. */
  used?: () => Promise<Usage>;
}

/** Contestants in turns, so that whatever else the machine does meets all of them; by their names, those that can be asked. */
export async function compete(
  all: readonly Running[],
  baseline: string,
  race: Race,
): Promise<Readonly<Record<string, Result>>> {
  const { question, series, connections, ms } = race;
  const asked = all
    .filter(({ contestant }) => question.examples.every((task) => contestant.over.request(task) !== null))
    .map((running): Asked => ({ running, next: question.tasks(series), turns: [] }));
  const turn = async (one: Asked, amount: number) => {
    const { running, next } = one;
    const used = one.used ?? (await running.startUsage());
    const took = await fire(running, next, connections, amount, race.keyFor(running));
    const measured = measureOf(amount, took, await used());
    // what a write leaves to be done until the next turn belongs to that
    if (question.writes) one.used = await running.startUsage();
    return measured;
  };
  const amountAt = (cost: number) => Math.max(connections * 2, Math.round((ms * 1000) / Math.max(cost, least)));

  // the first turn finds what a request costs, the second one warms up
  const costs = new Map<Asked, number>();
  for (const one of asked) costs.set(one, costOf(await turn(one, amountAt(firstGuess))));
  // those who write to a database write as much as each other
  const dearest = Math.max(...asked.map((one) => (one.running.contestant.database ? (costs.get(one) ?? 0) : 0)));
  const together = ({ running }: Asked) => question.writes && running.contestant.database !== null;
  const amountFor = (one: Asked) => amountAt(together(one) ? dearest : (costs.get(one) ?? firstGuess));
  for (const one of asked) {
    const warm = await turn(one, warmUp * amountFor(one));
    if (!together(one)) costs.set(one, costOf(warm));
  }
  for (let round = 0; round < race.rounds; round++)
    for (const one of asked) one.turns.push(await turn(one, amountFor(one)));

  const base = asked.find(({ running }) => running.contestant.name === baseline)?.turns;
  return Object.fromEntries(asked.map(({ running, turns }) => [running.contestant.name, resultOf(turns, base)]));
}

function resultOf(turns: readonly Measure[], base: readonly Measure[] | undefined): Result {
  const ratios = turns.map((turn, round) => {
    const [total, of] = [totalOf(turn), base?.[round] ? totalOf(base[round]) : null];
    return total === null || of === null ? null : total / of;
  });
  const own = knownMedian(turns.map((turn) => turn.own));
  return {
    perSecond: median(turns.map(({ perSecond }) => perSecond)),
    own,
    ...(turns[0]?.sessions !== undefined && { sessions: knownMedian(turns.map(({ sessions = null }) => sessions)) }),
    ratio: knownMedian(ratios),
  };
}

/** Of a request, in microseconds; by the clock where processor time is not to be known. */
const costOf = (measure: Measure) => totalOf(measure) ?? 1e6 / measure.perSecond;

const totalOf = ({ own, sessions = 0 }: Measure) => (own === null || sessions === null ? null : own + sessions);

function knownMedian(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : median(known);
}
