import { setTimeout as delay } from 'node:timers/promises';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

export interface LogSettings {
  readonly logLevel: string;
  /** `auto`: `pretty` at a terminal, else `json`. */
  readonly logFormat: 'auto' | 'json' | 'pretty';
}

/** How many characters may be buffered for a slow reader of the log; further lines are dropped, and the server goes on. */
const maxBufferedChars = 1_000_000;

/** Secrets are never logged; `redact` is a second line of defence. */
const options = (level: string): LoggerOptions => ({
  level,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ['authorization', '*.authorization', 'password', '*.password'], censor: '[redacted]' },
});

/** A pino log as JSON lines on standard output. */
export const createLog = (level: string): Log => open(level, (line) => line);

/** A log on standard output, by `CQ_LOG_FORMAT`: JSON lines, or pretty lines in colour for a terminal. */
export async function openLog({ logLevel, logFormat }: LogSettings): Promise<Log> {
  const atTerminal = process.stdout.isTTY === true;
  if (logFormat === 'json' || (logFormat === 'auto' && !atTerminal)) return createLog(logLevel);
  // imported lazily, since most servers log JSON
  const { prettyFactory } = await import('pino-pretty');
  const colorize = atTerminal && process.stdout.hasColors();
  return open(logLevel, prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' }));
}

/**
 * Writes lines to `process.stdout`, which never blocks. Pino's own destination blocks for ever when the process exits while the
 * reader is slow or gone.
 */
function open(level: string, format: (line: string) => string): Log {
  let dropped = 0;
  const destination: DestinationStream = {
    write(line) {
      const { destroyed, writableLength } = process.stdout;
      // the reader has closed the pipe
      if (destroyed) return;
      // once it drops lines, it goes on until half of the buffer is read: one warning for many lines
      if (writableLength > (dropped > 0 ? maxBufferedChars / 2 : maxBufferedChars)) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        const lines = dropped;
        dropped = 0;
        log.warn({ lines }, 'log lines dropped: the reader of standard output is too slow');
      }
      process.stdout.write(format(line));
    },
  };
  const log = pino(options(level), destination);
  return log;
}

/** Waits until the log is written, its reader is gone, or `timeoutMs` have passed. To be awaited before the process exits. */
export async function flushLog(timeoutMs = 1000): Promise<void> {
  if (process.stdout.writableLength === 0 || process.stdout.destroyed) return;
  const flushed = new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  await Promise.race([flushed, delay(timeoutMs)]);
}
