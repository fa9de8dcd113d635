import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeSubject, type Subject } from 'wonka';
import { openStream } from '../../web/src/live/stream.ts';

interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
}

interface Told {
  readonly cursor: string;
  readonly id: string;
}

/** Streams that are in the test's hands. */
function start() {
  const streams: Subject<Result>[] = [];
  const cursors: unknown[] = [];
  const told: string[] = [];
  const states: boolean[] = [];
  let refused = 0;
  const happens = (after: string) => {
    cursors.push(after);
    const subject = makeSubject<Result>();
    streams.push(subject);
    return subject.source as never;
  };
  const { close, hurry } = openStream(happens, 'c0', {
    tell: ({ cursor, id }: Told) => {
      told.push(id);
      return cursor;
    },
    state: (isOpen) => states.push(isOpen),
    refused: () => refused++,
  });
  const tell = (stream: number, id: string) => streams[stream]?.next({ data: { cursor: `after ${id}`, id } });
  const cut = (stream: number) => streams[stream]?.complete();
  return { close, hurry, tell, cut, cursors, told, states, refusals: () => refused, streams };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a stream that is cut goes on behind the last event', () => {
  const { tell, cut, cursors, told, states } = start();
  vi.advanceTimersByTime(2000);
  tell(0, 'e1');
  tell(0, 'e2');
  cut(0);
  vi.advanceTimersByTime(1000);
  tell(1, 'e3');
  expect(cursors).toEqual(['c0', 'after e2']);
  expect(told).toEqual(['e1', 'e2', 'e3']);
  expect(states).toEqual([true, false]);
});

test('is opened again later each time while none stays open', () => {
  const { cut, cursors } = start();
  const opened: number[] = [];
  for (let round = 0; round < 8; round++) {
    cut(round);
    const before = Date.now();
    while (cursors.length < round + 2) vi.advanceTimersByTime(500);
    opened.push((Date.now() - before) / 1000);
  }
  expect(opened).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  vi.advanceTimersByTime(2000);
  cut(8);
  vi.advanceTimersByTime(1000);
  expect(cursors).toHaveLength(10);
});

test('is opened at once where the server is known to be back, and not twice', () => {
  const { cut, hurry, cursors } = start();
  hurry();
  expect(cursors).toHaveLength(1);
  for (let round = 0; round < 6; round++) {
    cut(round);
    hurry();
    expect(cursors).toHaveLength(round + 2);
  }
  vi.advanceTimersByTime(120_000);
  hurry();
  expect(cursors).toHaveLength(7);
});

test('says that a cursor is refused, and stays closed once it is closed', () => {
  const { close, cut, cursors, refusals, streams, states } = start();
  streams[0]?.next({ error: { graphQLErrors: [{ message: 'no', extensions: { code: 'BAD_CURSOR' } }] } });
  expect(refusals()).toBe(1);
  close();
  cut(0);
  vi.advanceTimersByTime(120_000);
  expect([cursors.length, states]).toEqual([1, []]);
});
