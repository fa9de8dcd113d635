import { DiagLogLevel, diag } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config/tracing.ts';
import type { Log } from '../log.ts';
import { createExporter } from './exporter.ts';
import { createSampler } from './sampler.ts';
import { followAll } from './spans.ts';

/** Spans of this process on their way to a collector. */
export interface Tracing {
  /** The trace that runs here, for the log. */
  ids(): { readonly traceId?: string; readonly spanId?: string };
  /** Sends what there is, for `flushMs` at most, and ends. */
  stop(): Promise<void>;
}

/** Spans that wait to be sent; further ones are dropped. With their attributes cut at `maxText` they take some 10 MB at most. */
const maxQueued = 2048;
const maxText = 1000;
/** How long a server that stops waits for the collector. */
const flushMs = 2000;

/**
 * Makes spans of what the code tells (`observations/`), and sends them. To be loaded only where it is wanted: the SDK takes
 * memory and time.
 */
export function startTracing(config: TracingConfig, { version, log }: { version: string; log: Log }): Tracing {
  const exporter = createExporter(config, log);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.version': version,
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': 'nodejs',
      ...config.resource,
    }),
    sampler: createSampler(config.sampler),
    spanLimits: { attributeValueLengthLimit: maxText, eventCountLimit: 8, linkCountLimit: 8, attributeCountLimit: 32 },
    spanProcessors: [
      new BatchSpanProcessor({
        ...{ exporter, maxQueueSize: maxQueued, maxExportBatchSize: 512, scheduledDelayMillis: config.delayMs },
        // the exporter ends sooner
        exportTimeoutMillis: config.timeoutMs + 1000,
      }),
    ],
  });
  const warn = (message: string) => log.warn({ reason: message }, 'tracing');
  const nothing = () => {};
  diag.setLogger(
    { error: warn, warn, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const followed = followAll(provider.getTracer('cq-server', version), log);
  return {
    ids: followed.ids,
    async stop() {
      followed.end();
      const late = setTimeout(() => exporter.abort(), flushMs);
      try {
        await provider.shutdown();
      } catch {
        // what cannot be sent has been said
      } finally {
        clearTimeout(late);
        diag.disable();
      }
    },
  };
}
