import { describe, expect, test, vi } from 'vitest';
import { nameOf } from '../../web/src/app/key-names.ts';
import { type Decision, makeDecisions, type Outcome } from '../../web/src/app/pending.ts';
import { problemAt, problemOf } from '../../web/src/app/problem.ts';
import { summaryOf } from '../../web/src/app/undo-summary.ts';
import { changesOf, draftOf } from '../../web/src/pages/review/draft.ts';
import { nearOf } from '../../web/src/pages/review/near.ts';
import { type Item, merge, nextOpen, step, visible } from '../../web/src/pages/review/queue-model.ts';

const item = (id: string, part: Partial<Item> = {}): Item => ({
  kind: 'unit',
  id,
  title: `Title ${id}`,
  domains: ['api'],
  at: '2026-01-01T00:00:00.000Z',
  isHeld: false,
  version: 1,
  ...part,
});

describe('the queue', () => {
  test('keeps what is seen in its place, and puts what is new at the end', () => {
    const rows = merge([item('a'), item('b')], [item('c'), item('b', { version: 2 })]);
    expect(rows.map(({ id, version }) => [id, version])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ]);
  });

  test('is filtered by group and by words of titles and domains', () => {
    const rows = [item('a', { domains: ['pip'] }), item('b', { kind: 'suggestion' }), item('c', { isHeld: true })];
    const ids = (...args: Parameters<typeof visible>) => visible(...args).map(({ id }) => id);
    expect(ids(rows, 'all', '')).toEqual(['a', 'b', 'c']);
    expect(ids(rows, 'revisions', '')).toEqual(['b']);
    expect(ids(rows, 'held', '')).toEqual(['c']);
    expect(ids(rows, 'new', 'PIP title')).toEqual(['a']);
  });

  test('goes on to the next that is open, at the end to one before', () => {
    const rows = ['a', 'b', 'c'].map((id) => item(id));
    const open = (row: Item) => row.id !== 'c';
    expect(nextOpen(rows, 'a', open)?.id).toBe('b');
    expect(nextOpen(rows, 'b', (row) => row.id === 'a')?.id).toBe('a');
    expect(nextOpen(rows, undefined, open)?.id).toBe('a');
    expect(nextOpen(rows, 'a', () => false)).toBeUndefined();
    expect([step(rows, 'a', 1)?.id, step(rows, 'a', -1)?.id, step(rows, 'x', 1)?.id]).toEqual(['b', undefined, 'a']);
  });
});

describe('a decision', () => {
  const document = {} as Decision['document'];
  const decision = (id: string, settle = (_outcome: Outcome) => {}): Decision => ({
    ids: [id],
    done: 'Approved',
    verb: 'approved',
    document,
    variables: {},
    settle,
  });
  const start = (answers: (Outcome | null)[] = []) => {
    vi.useFakeTimers();
    const sent: string[] = [];
    const left: string[] = [];
    const decisions = makeDecisions({
      delayMs: 8000,
      retryMs: 5000,
      send: async ({ ids }) => {
        sent.push(ids.join());
        return answers.length > 0 ? (answers.shift() ?? null) : { kind: 'answered', data: {} };
      },
      sendAndLeave: ({ ids }) => void left.push(ids.join()),
    });
    return { decisions, sent, left };
  };

  test('is sent after 8 s, once, and not before', async () => {
    const { decisions, sent } = start();
    const settle = vi.fn();
    decisions.add(decision('a', settle));
    await vi.advanceTimersByTimeAsync(7999);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['a']);
    expect(settle).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(['a']);
    expect(decisions.entries.get()).toEqual([]);
    vi.useRealTimers();
  });

  test('that is undone is never sent, the last one first', async () => {
    const { decisions, sent } = start();
    decisions.add(decision('a'));
    decisions.add(decision('b'));
    expect(decisions.undo()?.ids).toEqual(['b']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual(['a']);
    expect(decisions.undo()).toBeUndefined();
    vi.useRealTimers();
  });

  test('that does not reach the server is sent again until it does', async () => {
    const { decisions, sent } = start([null, null, { kind: 'answered', data: {} }]);
    const settle = vi.fn();
    decisions.add(decision('a', settle));
    await vi.advanceTimersByTimeAsync(8000 + 5000 + 4999);
    expect([sent.length, settle.mock.calls.length]).toEqual([2, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([sent.length, settle.mock.calls.length]).toEqual([3, 1]);
    vi.useRealTimers();
  });

  test('that waits is sent when the page is left, and not once more', async () => {
    const { decisions, sent, left } = start();
    decisions.add(decision('a'));
    decisions.leave();
    expect(left).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual([]);
    vi.useRealTimers();
  });

  test('is summed up', () => {
    expect(summaryOf([decision('a')])).toBe('Approved');
    expect(summaryOf([decision('a'), decision('b'), { ...decision('c'), verb: 'rejected' }])).toBe(
      '2 approved, 1 rejected',
    );
  });
});

describe('keys', () => {
  const press = (key: string, held: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) =>
    nameOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

  test('have one name each, on every keyboard', () => {
    expect(press('A', { shiftKey: true })).toBe('shift+a');
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('k', { metaKey: true })).toBe('mod+k');
    expect(press('Enter', { ctrlKey: true })).toBe('mod+enter');
    expect(press('ArrowDown')).toBe('down');
  });
});

describe('an amendment', () => {
  const lesson = {
    insight: { summary: 's', detail: 'd', action: 'a' },
    domains: ['x', 'y'],
    context: { languages: ['ts'], frameworks: [], pattern: null },
  };

  test('sends what it changes and nothing else', () => {
    const before = draftOf(lesson);
    expect(changesOf(before, before)).toBeNull();
    expect(changesOf({ ...before, action: 'b', domains: 'x, z ,' }, before)).toEqual({
      domains: ['x', 'z'],
      insight: { action: 'b' },
    });
    expect(changesOf({ ...before, languages: '', pattern: 'p' }, before)).toEqual({
      context: { languages: [], pattern: 'p' },
    });
  });
});

test('near units are there once, those that say the same first', () => {
  const unit = (id: string) => ({ id }) as never;
  const near = nearOf({
    duplicates: [{ unit: unit('b'), similarity: 0.95, basis: 'WORDS' }],
    related: [
      { unit: unit('a'), similarity: 0.5 },
      { unit: unit('b'), similarity: 0.4 },
    ],
  });
  expect(near.map(({ unit: { id }, basis }) => [id, basis])).toEqual([
    ['b', 'WORDS'],
    ['a', null],
  ]);
});

describe('what went wrong', () => {
  const failed = (code: string, extensions = {}) =>
    problemOf({ graphQLErrors: [{ message: 'first: at most 100.', extensions: { code, ...extensions } }] } as never);

  test('is said so that one can go on', () => {
    expect(problemOf({ graphQLErrors: [], networkError: new Error('x') } as never).kind).toBe('network');
    expect(failed('UNAUTHENTICATED').kind).toBe('signed-out');
    expect(failed('FORBIDDEN').kind).toBe('forbidden');
    expect(failed('RATE_LIMITED', { retryAfterSeconds: 7 }).sentence).toContain('7 s');
    expect(failed('INTERNAL_SERVER_ERROR', { requestId: 'r-1' })).toMatchObject({ kind: 'bug', requestId: 'r-1' });
    expect(failed('BAD_USER_INPUT').sentence).toBe('first: at most 100.');
  });

  test('stands at its field', () => {
    const errors = [{ message: 'insight.summary is too long', path: ['insight', 'summary'] }];
    expect(problemAt(errors, 'insight', 'summary')).toBe('insight.summary is too long');
    expect(problemAt(errors, 'insight', 'detail')).toBeUndefined();
  });
});
