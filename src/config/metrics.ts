import type { z } from 'zod';
import type { variables } from './variables.ts';

/** Where metrics are served. */
export interface MetricsConfig {
  /** An address of their own, 0 for any free port; null where they are on the server's own, which takes a token. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  /** What a request has to bear (`Authorization: Bearer …`); null where it needs nothing. */
  readonly token: string | null;
}

type Values = z.infer<z.ZodObject<typeof variables>>;

/** The configuration of metrics; null where they are neither counted nor served. `Error`s name the variable. */
export function readMetrics(values: Values, token: string | null): MetricsConfig | null {
  const { CQ_METRICS_PORT: port, CQ_METRICS_HOST: host, CQ_HOST, CQ_PORT } = values;
  if (token !== null && !/^[\x21-\x7e]+$/.test(token))
    throw new Error(
      'CQ_METRICS_TOKEN must have printable characters of ASCII only, and no spaces: it is sent in a header.',
    );
  if (port === undefined) {
    if (host !== undefined) throw new Error('CQ_METRICS_HOST goes with CQ_METRICS_PORT: set it too.');
    return token === null ? null : { listen: null, token };
  }
  if (port !== 0 && port === CQ_PORT)
    throw new Error(`CQ_METRICS_PORT must be another one than CQ_PORT, got ${port} for both.`);
  return { listen: { host: host ?? CQ_HOST, port }, token };
}
