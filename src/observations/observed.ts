import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';

/** What every message of these channels has. */
export interface Timed {
  /** When the work began, by `performance.now()`. */
  readonly since: number;
  /** How long it took, in milliseconds: known at `asyncEnd`. */
  ms: number;
  /** Why it failed; undefined where it did not. Known at `asyncEnd`. */
  error?: unknown;
}

/**
 * A channel of work that takes time. Its events are those of `diagnostics_channel.TracingChannel`, all with one message: `start`, within which
 * the work begins (`bindStore` gives it an asynchronous context), and once, when it is over, `asyncEnd`, after `error` where it has failed.
 */
export type Channel<Message extends Timed> = TracingChannel<unknown, Message>;

/** Publishers look at its `hasSubscribers` first, and do nothing else where it is false. */
export const channel = <Message extends Timed>(name: string): Channel<Message> => tracingChannel(name);

/** Begins what `ended` ends: runs `work` in the context that subscribers give it. */
export function begun<Message extends Timed, Result>(
  { start, end }: Channel<Message>,
  message: Message,
  work: () => Result,
): Result {
  return start.runStores(message, () => {
    try {
      return work();
    } finally {
      end.publish(message);
    }
  });
}

/** Says that what was begun is over; to be called once. */
export function ended<Message extends Timed>(
  { error: failed, asyncStart, asyncEnd }: Channel<Message>,
  message: Message,
  error?: unknown,
): void {
  // where it is not known already
  if (message.ms === 0) message.ms = performance.now() - message.since;
  if (error !== undefined) {
    message.error = error;
    failed.publish(message);
  }
  asyncStart.publish(message);
  asyncEnd.publish(message);
}

/** Tells of `work` from its begin to its end. Answers its own promise, which is settled no later than without. */
export function observed<Message extends Timed, Result>(
  of: Channel<Message>,
  message: Message,
  work: () => Promise<Result>,
  onResult?: (message: Message, result: Result) => void,
): Promise<Result> {
  return begun(of, message, () => {
    const answer = work();
    answer.then(
      (result) => {
        onResult?.(message, result);
        ended(of, message);
      },
      (error) => ended(of, message, error ?? new Error('failed')),
    );
    return answer;
  });
}
