import { ConfigError } from '../config.ts';
import { Refusal, UnavailableError } from '../errors.ts';

/** Exit codes that scripts can tell apart; the last two are those of sysexits.h. */
export const exitCodes = { failed: 1, usage: 2, refused: 3, unavailable: 69, config: 78 } as const;

/** An error as one line and an exit code. */
export function explain(error: unknown): { readonly code: number; readonly message: string } {
  return { code: codeOf(error), message: messageOf(error).replaceAll('\n', ' ') };
}

function codeOf(error: unknown): number {
  if (error instanceof ConfigError) return exitCodes.config;
  if (error instanceof Refusal) return exitCodes.refused;
  return error instanceof UnavailableError ? exitCodes.unavailable : exitCodes.failed;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is in use: stop what uses it, or set CQ_PORT.`;
  if (error instanceof UnavailableError) return `${error.message} (${(error.cause as Error).message})`;
  return error.message;
}
