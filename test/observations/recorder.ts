import { AsyncLocalStorage } from 'node:async_hooks';
import type { Channel, Timed } from '../../src/observations/observed.ts';

/** A message of a channel, and that of the work which it is a part of. */
export interface Recorded<Message extends Timed> {
  readonly message: Message;
  readonly within: object | undefined;
  isOver: boolean;
}

const current = new AsyncLocalStorage<object>();

/** Subscribes to a channel, until it is disposed of. */
export function record<Message extends Timed>(of: Channel<Message>): Recorded<Message>[] & Disposable {
  const recorded: Recorded<Message>[] = [];
  const within = new WeakMap<object, Recorded<Message>>();
  const began = (message: Message): object => {
    const one = { message, within: current.getStore(), isOver: false };
    recorded.push(one);
    within.set(message, one);
    return message;
  };
  const over = (message: unknown) => {
    const one = within.get(message as object);
    if (one?.isOver) throw new Error('it was over already');
    if (one) one.isOver = true;
  };
  of.start.bindStore(current as AsyncLocalStorage<unknown>, began as never);
  of.asyncEnd.subscribe(over);
  return Object.assign(recorded, {
    [Symbol.dispose]() {
      of.start.unbindStore(current as AsyncLocalStorage<unknown>);
      of.asyncEnd.unsubscribe(over);
    },
  });
}
