import type { MetricsConfig } from '../config/metrics.ts';
import type { Log } from '../log.ts';
import { listenForMetrics } from './listener.ts';
import { createMetrics, type MetricsOptions } from './metrics.ts';
import { createMetricsPage, type MetricsPage } from './page.ts';
import type { Watched } from './watched.ts';

/** Metrics that are counted and served. */
export interface OpenMetrics {
  /** The page on the server's own port; null where metrics have an address of their own. */
  readonly page: MetricsPage | null;
  /** The address of their own. */
  readonly url: string | null;
  /** Shows what the parts of the server are doing, once these are there. */
  watch(parts: Watched): void;
  close(): Promise<void>;
}

/**
 * Counts from now on, and serves `/metrics`, at an address of their own before there is a database: then what is known. Rejects where
 * that is not free. Imported only where metrics are configured, since it loads prom-client.
 */
export async function openMetrics(
  { listen, token }: MetricsConfig,
  log: Log,
  options: MetricsOptions,
): Promise<OpenMetrics> {
  const metrics = createMetrics(options);
  const page = createMetricsPage(metrics, token);
  try {
    const listener = listen && (await listenForMetrics({ ...listen, page, log }));
    return {
      page: listener ? null : page,
      url: listener?.url ?? null,
      watch: metrics.watch,
      async close() {
        metrics.stop();
        await listener?.close();
      },
    };
  } catch (error) {
    metrics.stop();
    throw error;
  }
}
