import { type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines on standard output. What is a secret is never handed to it; headers that carry one are cut all the same. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', '*.authorization', 'password', '*.password'], censor: '[redacted]' },
  });
}
