import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

export interface LogSettings {
  readonly logLevel: string;
  /** `auto`: `pretty` at a terminal, else `json`. */
  readonly logFormat: 'auto' | 'json' | 'pretty';
}

/** What is a secret is never handed to it; headers that carry one are cut all the same. */
const options = (level: string): LoggerOptions => ({
  level,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ['authorization', '*.authorization', 'password', '*.password'], censor: '[redacted]' },
});

/** JSON lines on standard output. */
export const createLog = (level: string): Log => pino(options(level));

/** A log on standard output: JSON lines, or at a terminal one line for people, with the level by name and in colour. */
export async function openLog({ logLevel, logFormat }: LogSettings): Promise<Log> {
  const atTerminal = process.stdout.isTTY === true;
  if (logFormat === 'json' || (logFormat === 'auto' && !atTerminal)) return createLog(logLevel);
  return pino(options(logLevel), await openPretty(atTerminal && process.stdout.hasColors()));
}

/** Written at once, so that the last lines are there when the process ends. Loaded only by who wants it. */
async function openPretty(colorize: boolean): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ colorize, destination: 1, sync: true, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
}
