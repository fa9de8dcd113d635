import { setTimeout as delay } from 'node:timers/promises';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

export interface LogSettings {
  readonly logLevel: string;
  /** `auto`: `pretty` at a terminal, else `json`. */
  readonly logFormat: 'auto' | 'json' | 'pretty';
}

/** What may wait for a reader that is behind, in characters: the server goes on, and drops what comes on top. */
const waitingLimit = 1_000_000;

/** What is a secret is never handed to it; headers that carry one are cut all the same. */
const options = (level: string): LoggerOptions => ({
  level,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ['authorization', '*.authorization', 'password', '*.password'], censor: '[redacted]' },
});

/** JSON lines on standard output. */
export const createLog = (level: string): Log => open(level, (line) => line);

/** A log on standard output: JSON lines, or at a terminal one line for people, with the level by name and in colour. */
export async function openLog({ logLevel, logFormat }: LogSettings): Promise<Log> {
  const atTerminal = process.stdout.isTTY === true;
  if (logFormat === 'json' || (logFormat === 'auto' && !atTerminal)) return createLog(logLevel);
  // loaded only by who wants it
  const { prettyFactory } = await import('pino-pretty');
  const colorize = atTerminal && process.stdout.hasColors();
  return open(logLevel, prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' }));
}

/**
 * Lines go to `process.stdout`, which writes at once while the reader keeps up and never waits for it. Pino's own destination
 * waits for ever when the process exits and the reader is behind or gone.
 */
function open(level: string, format: (line: string) => string): Log {
  let dropped = 0;
  const destination: DestinationStream = {
    write(line) {
      const { destroyed, writableLength } = process.stdout;
      // nobody reads any more
      if (destroyed) return;
      // once it drops, it goes on until half is read: one notice for many lines
      if (writableLength > (dropped > 0 ? waitingLimit / 2 : waitingLimit)) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        const lines = dropped;
        dropped = 0;
        log.warn({ lines }, 'lines of the log were dropped, since its reader was behind');
      }
      process.stdout.write(format(line));
    },
  };
  const log = pino(options(level), destination);
  return log;
}

/** Resolves when the reader has taken all of the log, is gone, or has had `patienceMs` for it. Then the process may exit. */
export async function logTaken(patienceMs = 1000): Promise<void> {
  if (process.stdout.writableLength === 0 || process.stdout.destroyed) return;
  const taken = new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  await Promise.race([taken, delay(patienceMs)]);
}
