import { setTimeout as delay } from 'node:timers/promises';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

export interface LogSettings {
  readonly logLevel: string;
  /** `auto`: `pretty` at a terminal, else `json`. */
  readonly logFormat: 'auto' | 'json' | 'pretty';
}

/** What is added to each line of logs that are opened with `traced`: the ids of the trace that it is written in. */
export const lineContext: { current: () => object } = { current: () => ({}) };

/** How many characters may be buffered for a slow reader of the log; further lines are dropped, and the server goes on. */
const maxBufferedChars = 1_000_000;

/** Lines below a warning wait for others, to be written with them: for this long, and no more characters than these. */
const [gatherMs, maxGathered] = [20, 16_384];

const warning = pino.levels.values.warn as number;

/** Secrets are never logged; `redact` is a second line of defence. */
const options = (level: string, isTraced: boolean): LoggerOptions => ({
  level,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ['authorization', '*.authorization', 'password', '*.password'], censor: '[redacted]' },
  ...(isTraced && { mixin: () => lineContext.current() }),
});

/** A pino log as JSON lines on standard output. */
export const createLog = (level: string, isTraced = false): Log => open(level, isTraced, (line) => line);

/** A log whose lines, JSON without the line break, are given to a function. */
export const createLogTo = (level: string, write: (line: string) => void): Log =>
  pino(options(level, false), { write: (line) => write(line.trimEnd()) });

/** A log on standard output, by `CQ_LOG_FORMAT`: JSON lines, or pretty lines in colour for a terminal. */
export async function openLog({ logLevel, logFormat }: LogSettings, isTraced = false): Promise<Log> {
  const atTerminal = process.stdout.isTTY === true;
  if (logFormat === 'json' || (logFormat === 'auto' && !atTerminal)) return createLog(logLevel, isTraced);
  // imported lazily, since most servers log JSON
  const { prettyFactory } = await import('pino-pretty');
  const colorize = atTerminal && process.stdout.hasColors();
  return open(logLevel, isTraced, prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' }));
}

/** What waits to be written together. */
let gathered = '';
let timer: NodeJS.Timeout | undefined;

function writeGathered(): void {
  clearTimeout(timer);
  timer = undefined;
  const text = gathered;
  gathered = '';
  if (text !== '' && !process.stdout.destroyed) process.stdout.write(text);
}

function gather(text: string): void {
  gathered += text;
  if (gathered.length >= maxGathered) writeGathered();
  else timer ??= setTimeout(writeGathered, gatherMs);
}

let writesAtExit = false;

/**
 * Writes lines to `process.stdout`, which never blocks, some at a time, since each write takes as long as making several lines. Pino's own
 * destination blocks for ever when the process exits while the reader is slow or gone.
 */
function open(level: string, isTraced: boolean, format: (line: string) => string): Log {
  // also where an error that nobody catches ends the process; not before there is a log
  if (!writesAtExit) process.once('exit', writeGathered);
  writesAtExit = true;
  let dropped = 0;
  const destination: DestinationStream & { readonly [pino.symbols.needsMetadataGsym]: true; lastLevel: number } = {
    // has pino set `lastLevel` before each line
    [pino.symbols.needsMetadataGsym]: true,
    lastLevel: 0,
    write(line) {
      const { destroyed, writableLength } = process.stdout;
      // the reader has closed the pipe
      if (destroyed) return;
      // once it drops lines, it goes on until half of the buffer is read: one warning for many lines
      if (writableLength + gathered.length > (dropped > 0 ? maxBufferedChars / 2 : maxBufferedChars)) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        const lines = dropped;
        dropped = 0;
        log.warn({ lines }, 'log lines dropped: the reader of standard output is too slow');
      }
      gather(format(line));
      if (this.lastLevel >= warning) writeGathered();
    },
  };
  const log = pino(options(level, isTraced), destination);
  return log;
}

/** Waits until the log is written, its reader is gone, or `timeoutMs` have passed. To be awaited before the process exits. */
export async function flushLog(timeoutMs = 1000): Promise<void> {
  writeGathered();
  if (process.stdout.writableLength === 0 || process.stdout.destroyed) return;
  const flushed = new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  await Promise.race([flushed, delay(timeoutMs)]);
}
