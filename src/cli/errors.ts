import { ConfigError } from '../config/config.ts';
import { EmbeddingError } from '../embedding/embedding-error.ts';
import { DomainError, UnavailableError, UnusableDatabaseError } from '../errors.ts';

/** Exit codes that scripts can tell apart; the last two are those of sysexits.h. */
export const exitCodes = { failed: 1, usage: 2, refused: 3, unavailable: 69, config: 78 } as const;

/** Translates an error of a command into one line and an exit code. */
export function describeError(error: unknown): { readonly code: number; readonly message: string } {
  return { code: codeOf(error), message: messageOf(error).replaceAll('\n', ' ') };
}

function codeOf(error: unknown): number {
  if (error instanceof ConfigError || error instanceof UnusableDatabaseError) return exitCodes.config;
  if (error instanceof DomainError) return exitCodes.refused;
  if (error instanceof EmbeddingError) return error.retryable ? exitCodes.unavailable : exitCodes.config;
  return error instanceof UnavailableError ? exitCodes.unavailable : exitCodes.failed;
}

/** The variables of an address to listen at: an error of `listen` may name others than those of the server itself. */
const ownVariables = { host: 'CQ_HOST', port: 'CQ_PORT' };

/** What to do about an error of `listen`, by its code. */
const listenAdvice: Readonly<Record<string, (variables: typeof ownVariables) => string>> = {
  EADDRNOTAVAIL: ({ host }) => `is no address of this machine: set ${host} to one that is, or to 0.0.0.0 for all.`,
  ENOTFOUND: ({ host }) => `is a name without an address: set ${host} to an address of this machine.`,
  EAI_AGAIN: ({ host }) =>
    `is a name that no name server answers for right now: set ${host} to an address of this machine.`,
  EACCES: ({ port }) => `may not be listened at by this user: set ${port} to a port from 1024 on.`,
};

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UnusableDatabaseError) return unusableMessage(error);
  if (error instanceof UnavailableError) {
    const reason = reasonOf(error.cause);
    return `${error.message} (${error.database === null ? reason : `${error.database}: ${reason}`})`;
  }
  const { code = '', syscall, port, address, hostname } = error as NodeJS.ErrnoException & Record<string, string>;
  const { variables = ownVariables } = error as { readonly variables?: typeof ownVariables };
  if (code === 'EADDRINUSE') return `port ${port} is in use: stop what uses it, or set ${variables.port}.`;
  const advice = syscall === 'listen' || syscall === 'getaddrinfo' ? listenAdvice[code]?.(variables) : undefined;
  return advice === undefined ? error.message : `${address ?? hostname}${port ? `:${port}` : ''} ${advice}`;
}

function unusableMessage({ advice, database, cause }: UnusableDatabaseError): string {
  const reason = reasonOf(cause);
  // without a cause of the driver's, the cause repeats the advice
  return `${database ?? 'The database'} ${advice}${reason.endsWith(advice) ? '' : ` (${reason})`}`;
}

/** The message of a cause. A connection attempt at several addresses fails with an AggregateError, whose own message is empty. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return [...new Set(cause.errors.map(reasonOf))].join(', ');
  return cause instanceof Error ? cause.message : String(cause);
}
