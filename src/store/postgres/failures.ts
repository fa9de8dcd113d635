import { UnavailableError } from '../../errors.ts';

/**
 * SQLSTATE classes and codes that say nothing about the request: the connection is lost or refused (08, 28, 3D), the server
 * stops, starts or ends what takes too long (57), it is short of resources (53), or may not be written (25006).
 */
const passing = /^(08|28|3D|53|57|58)|^(25006|25P03|40001|40P01|55P03)$/;

/** What Node says of a connection that cannot be made or breaks. */
const network =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|ENOENT|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|ERR_TLS|ERR_SSL)/;

/** What the driver says in words only. */
const words =
  /timeout|terminated|Connection (ended|closed)|not queryable|after calling end on the pool|client was closed|SSL/i;

/** What the driver threw, as what the Store promises to throw. */
export function failure(error: unknown): unknown {
  if (error instanceof UnavailableError || !(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return passing.test(code) || network.test(code) ? new UnavailableError(error) : error;
  return words.test(error.message) ? new UnavailableError(error) : error;
}
