import type { Channel } from 'node:diagnostics_channel';

/** Has `listener` told of each message of a channel; of work that takes time, of its `asyncEnd`. Answers what ends that. */
export function listen<Message>(channel: Channel, listener: (message: Message) => void): () => void {
  const own = (message: unknown) => listener(message as Message);
  channel.subscribe(own);
  return () => channel.unsubscribe(own);
}

/** One end for several. */
export const endAll = (ends: readonly (() => void)[]) => () => {
  for (const end of ends) end();
};
