import { expect, it } from 'vitest';
import { truncateLog } from '../../src/store/sqlite/truncate-log.ts';

const done = { busy: 0, log: 0 };
/** What SQLite answers while another connection is at a checkpoint. */
const atCheckpoint = { busy: 1, log: -1 };
/** What it answers where somebody reads what is in the log. */
const isRead = { busy: 1, log: 12 };

/** Truncates the log of a connection that gives these answers, the last one again and again; with how often it was tried. */
function truncate(...answers: (typeof done)[]) {
  let tried = 0;
  const pragma = (text: string) =>
    text === 'wal_checkpoint(TRUNCATE)' ? [answers[Math.min(tried++, answers.length - 1)]] : [];
  return { isEmpty: truncateLog({ pragma }), tried };
}

it('the log is truncated at once where nobody is at work', () => {
  expect(truncate(done)).toEqual({ isEmpty: true, tried: 1 });
});

it('beside a connection that writes without a pause it is tried again, and not for ever', () => {
  expect(truncate(atCheckpoint, atCheckpoint, done)).toEqual({ isEmpty: true, tried: 3 });
  expect(truncate(atCheckpoint)).toEqual({ isEmpty: false, tried: 20 });
});

it('writers are not held up again where somebody reads', () => {
  expect(truncate(isRead, done)).toEqual({ isEmpty: false, tried: 1 });
});
