import type { PostgresAddress, PostgresHost } from '../../config/database.ts';
import { labelOfHost } from '../../config/database-url.ts';
import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';
import { translateError } from './driver-errors.ts';

/** SQLSTATE of a session that is not what `target_session_attrs` asks for: the server takes no such connections now. */
const wrongKind = '57P03';

/** A session was opened, and is not of the kind that is asked for. */
export const wrongKindError = (problem: string) => Object.assign(new Error(problem), { code: wrongKind });

/**
 * Whether another host may be tried after this error: this one could not be reached, takes no sessions now, or is not of the kind
 * that is asked for. A wrong password, a missing database or a certificate that is not trusted is final, as libpq has it.
 */
export const isWorthAnotherHost = (error: unknown): boolean =>
  isTransient(error) || (error as { code?: unknown }).code === 'ENOTFOUND';

function isTransient(error: unknown): boolean {
  const translated = translateError(error);
  return translated instanceof UnavailableError && !(translated instanceof UnusableDatabaseError);
}

/** The error of a connection that no host has taken; where there are several hosts, it names those that failed. */
export function errorOfHosts(failures: readonly (readonly [PostgresHost, Error])[], { hosts }: PostgresAddress): Error {
  // one host that may be back soon makes the whole error a temporary one
  const [, cause] = (failures.find(([, error]) => isTransient(error)) ?? failures[0]) as readonly [PostgresHost, Error];
  if (hosts.length === 1) return cause;
  const message = failures.map(([host, error]) => `${labelOfHost(host)}: ${error.message}`).join('; ');
  const { code } = cause as { code?: unknown };
  return Object.assign(new Error(message, { cause }), typeof code === 'string' && { code });
}
