import type { Duplex, Writable } from 'node:stream';

/** Whether all that was written has left this process (`drained`), or not in time (`late`), or the other side is gone. */
export function drained(stream: Writable, ms: number): Promise<'drained' | 'late' | 'gone'> {
  if (stream.destroyed) return Promise.resolve('gone');
  return new Promise((resolve) => {
    const finish = (outcome: 'drained' | 'late' | 'gone') => () => {
      clearTimeout(timer);
      stream.off('drain', onDrain);
      stream.off('close', onClose);
      resolve(outcome);
    };
    const [onDrain, onClose] = [finish('drained'), finish('gone')];
    const timer = setTimeout(finish('late'), ms).unref();
    stream.once('drain', onDrain);
    stream.once('close', onClose);
  });
}

/** Cuts a connection off that has not closed in time. */
export function destroyAfter(stream: Writable | Duplex, ms: number): void {
  const timer = setTimeout(() => stream.destroy(), ms).unref();
  stream.once('close', () => clearTimeout(timer));
}
