import { isDeepStrictEqual } from 'node:util';
import type { Memory } from './contestants/contestant.ts';
import type { Running } from './contestants/start.ts';
import { answerTo } from './measure.ts';
import type { Question } from './questions.ts';
import type { Lesson, Task, Told } from './tasks.ts';

/**
 * Asks a contestant all questions in their order, and compares what it says with what the store had said before; throws where it says
 * something else. It has changed what is there afterwards, as each other contestant does that is compared.
 */
export async function checkAnswers(running: Running, questions: readonly Question[], memory: Memory, key: string) {
  const lessons = new Map(memory.lessons.map((lesson) => [lesson.id, lesson]));
  for (const { name, examples } of questions)
    for (const task of examples) {
      const told = await answerTo(running, task, key);
      // its protocol has no way to ask for that
      if (told === null) continue;
      const problem = problemOf(task, told, lessons, memory);
      if (problem)
        throw new Error(`${running.contestant.name} does not answer "${name}" as the store does: ${problem}`);
    }
}

function problemOf(
  task: Task,
  told: readonly Told[],
  lessons: Map<string, Lesson>,
  { hits }: Pick<Memory, 'hits'>,
): string | null {
  if (task.do === 'confirm') return differenceOf(told.map(untimed), [confirmed(lessons, task.id)]);
  if (task.do === 'propose') {
    const id = told[0]?.id ?? 'the id of a unit';
    const evidence = { confidence: 0.5, confirmations: 1 };
    const proposed = { ...task.proposal, id, evidence, tier: 'private', flagCounts: [] };
    return differenceOf(told.map(untimed), [proposed]);
  }
  const expected =
    task.do === 'fetch'
      ? task.ids.map((id) => lessons.get(id) as Lesson)
      : (hits[task.domain] ?? []).map(({ id, score }) => ({ ...(lessons.get(id) as Lesson), score }));
  return differenceOf(told, expected);
}

/** Without when it was written. */
const untimed = ({ createdAt: _, evidence, ...unit }: Told): Told => ({
  ...unit,
  ...(evidence && { evidence: { ...evidence, lastConfirmedAt: undefined } }),
});

/** A unit with one more confirmation, which it has from now on. */
function confirmed(lessons: Map<string, Lesson>, id: string): Lesson {
  const lesson = lessons.get(id) as Lesson;
  const { confidence, confirmations, lastConfirmedAt } = lesson.evidence;
  const evidence = {
    confidence: Math.min(1, confidence + 0.1),
    confirmations: confirmations + 1,
    lastConfirmedAt,
  };
  const after = { ...lesson, evidence };
  lessons.set(id, after);
  return after;
}

/** What is told otherwise than expected; parts that are not told are not compared. */
function differenceOf(told: readonly Told[], expected: readonly Told[]): string | null {
  if (told.length !== expected.length) return `${told.length} units, not ${expected.length}`;
  for (const [place, wanted] of expected.entries())
    for (const [part, value] of partsOf(told[place] as Told)) {
      const other = new Map(partsOf(wanted)).get(part);
      if (!isSame(value, other)) return `${part} is ${JSON.stringify(value)}, not ${JSON.stringify(other)}`;
    }
  return null;
}

function partsOf({ evidence, flagCounts, ...unit }: Told): [string, unknown][] {
  const counts = flagCounts?.toSorted((one, other) => (one.reason < other.reason ? -1 : 1));
  return [
    ...Object.entries(unit),
    ...Object.entries(evidence ?? {}),
    ['flagCounts', counts] as [string, unknown],
  ].filter(([, value]) => value !== undefined);
}

const isSame = (one: unknown, other: unknown) =>
  typeof one === 'number' && typeof other === 'number' ? Math.abs(one - other) < 1e-9 : isDeepStrictEqual(one, other);
