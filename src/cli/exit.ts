import { ConfigError } from '../config/config.ts';
import { EmbeddingError } from '../embedding/failure.ts';
import { DomainError, UnavailableError, UnusableDatabaseError } from '../errors.ts';

/** Exit codes that scripts can tell apart; the last two are those of sysexits.h. */
export const exitCodes = { failed: 1, usage: 2, refused: 3, unavailable: 69, config: 78 } as const;

/** An error as one line and an exit code. */
export function explain(error: unknown): { readonly code: number; readonly message: string } {
  return { code: codeOf(error), message: messageOf(error).replaceAll('\n', ' ') };
}

function codeOf(error: unknown): number {
  if (error instanceof ConfigError || error instanceof UnusableDatabaseError) return exitCodes.config;
  if (error instanceof DomainError) return exitCodes.refused;
  if (error instanceof EmbeddingError) return error.retryable ? exitCodes.unavailable : exitCodes.config;
  return error instanceof UnavailableError ? exitCodes.unavailable : exitCodes.failed;
}

/** What the system says when it does not let a server listen, and what to do about it. */
const listening: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'is no address of this machine: set CQ_HOST to one that is, or to 0.0.0.0 for all.',
  ENOTFOUND: 'is a name without an address: set CQ_HOST to an address of this machine.',
  EAI_AGAIN: 'is a name that no name server answers for right now: set CQ_HOST to an address of this machine.',
  EACCES: 'may not be listened at by this user: set CQ_PORT to a port from 1024 on.',
};

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UnusableDatabaseError) return unusable(error);
  if (error instanceof UnavailableError) {
    const reason = reasonOf(error.cause);
    return `${error.message} (${error.database === null ? reason : `${error.database}: ${reason}`})`;
  }
  const { code = '', syscall, port, address, hostname } = error as NodeJS.ErrnoException & Record<string, string>;
  if (code === 'EADDRINUSE') return `port ${port} is in use: stop what uses it, or set CQ_PORT.`;
  const advice = syscall === 'listen' || syscall === 'getaddrinfo' ? listening[code] : undefined;
  return advice === undefined ? error.message : `${address ?? hostname}${port ? `:${port}` : ''} ${advice}`;
}

function unusable({ advice, database, cause }: UnusableDatabaseError): string {
  const reason = reasonOf(cause);
  // where it is all that is known, the cause says the same
  return `${database ?? 'The database'} ${advice}${reason.endsWith(advice) ? '' : ` (${reason})`}`;
}

/** A connection that was tried at several addresses fails with several errors and no words of its own. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return [...new Set(cause.errors.map(reasonOf))].join(', ');
  return cause instanceof Error ? cause.message : String(cause);
}

let needsReader = true;

/**
 * Ends this process quietly when whoever reads its output has had enough, as `head` has: nothing is left to do then, since
 * commands that change something print what came of it at their end. What is said on standard error may go unheard.
 */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!needsReader) return;
    // a socket of which not all was read is reset
    if (error.code === 'EPIPE' || error.code === 'ECONNRESET') process.exit();
    throw error;
  });
  process.stderr.on('error', () => {});
}

/** For servers, which serve on when nobody reads what they say, or a full disk no longer takes it. */
export function outliveReader(): void {
  needsReader = false;
}
