import { setTimeout as delay } from 'node:timers/promises';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config/tracing.ts';
import type { Log } from '../log.ts';

/** The pauses before a post is tried again, as long as its time lasts. */
const pausesMs = [500, 1000, 2000];
/** Statuses of a collector that may take it a moment later. */
const mayPass = new Set([429, 502, 503, 504]);

export interface Exporter extends SpanExporter {
  /** Gives up what is under way. */
  abort(): void;
}

type Options = Pick<TracingConfig, 'url' | 'headers' | 'protocol' | 'timeoutMs'>;

/**
 * Posts spans to a collector (OTLP over HTTP). Reads nothing of its answers but the status. Spans that it does not take in time are
 * dropped, with one warning until it takes some again.
 */
export function createExporter({ url, headers, protocol, timeoutMs }: Options, log: Log): Exporter {
  const isJson = protocol === 'http/json';
  const serializer = isJson ? JsonTraceSerializer : ProtobufTraceSerializer;
  const contentType = isJson ? 'application/json' : 'application/x-protobuf';
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();
  let isFailing = false;

  async function post(body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<string | null> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': contentType },
      body,
      // following one could send the headers to another host
      redirect: 'manual',
      signal,
    });
    // however much it would answer
    await response.body?.cancel();
    if (response.ok) return null;
    const problem = `the collector answered ${response.status}`;
    if (mayPass.has(response.status)) throw new Error(problem);
    return problem;
  }

  async function send(spans: readonly ReadableSpan[]): Promise<void> {
    const timeout = AbortSignal.any([AbortSignal.timeout(timeoutMs), stopped.signal]);
    let problem: string | null = null;
    try {
      const body = serializer.serializeRequest([...spans]) as Uint8Array<ArrayBuffer>;
      for (const pause of [...pausesMs, null]) {
        try {
          problem = await post(body, timeout);
          break;
        } catch (error) {
          problem = reasonOf(error);
          if (pause === null || timeout.aborted) break;
          await delay(pause, undefined, { signal: timeout, ref: false });
        }
      }
    } catch (error) {
      problem ??= reasonOf(error);
    }
    if (problem !== null && !isFailing)
      log.warn({ reason: problem, spans: spans.length }, 'traces cannot be sent, and are dropped');
    if (problem === null && isFailing) log.info('traces are sent again');
    isFailing = problem !== null;
  }

  return {
    export(spans, done) {
      const sent = send(spans).finally(() => {
        underWay.delete(sent);
        // what failed has been said, and is not to be said by the SDK too
        done({ code: 0 });
      });
      underWay.add(sent);
    },
    async forceFlush() {
      await Promise.all(underWay);
    },
    async shutdown() {
      await Promise.all(underWay);
    },
    abort: () => stopped.abort(),
  };
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return 'the collector did not answer in time';
  return cause?.code ?? cause?.message ?? message;
}
