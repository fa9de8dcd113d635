import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: number; boolValue?: boolean; arrayValue?: { values: Value[] } };
type Attributes = Record<string, unknown>;

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Attributes;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2 for an error. */
  readonly status: number;
}

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** Posts, as they came. */
  readonly posts: { readonly headers: IncomingHttpHeaders; readonly url: string; readonly body: Buffer }[];
  readonly spans: CollectedSpan[];
  /** The attributes of the process that they come from. */
  resource: Attributes;
  answer: (response: ServerResponse) => void;
  /** Resolves with all spans of the trace that has one for which `isIt`, once its root is there. */
  trace(isIt: (span: CollectedSpan) => boolean): Promise<CollectedSpan[]>;
}

/** A collector of traces, which reads OTLP as JSON. */
export async function startCollector(): Promise<Collector> {
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    collector.posts.push({ headers: request.headers, url: request.url ?? '', body });
    if (request.headers['content-type'] === 'application/json') keep(JSON.parse(String(body)));
    collector.answer(response);
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  // biome-ignore lint/suspicious/noExplicitAny: OTLP
  function keep({ resourceSpans }: any): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      collector.resource = attributesOf(resource.attributes);
      for (const { spans } of scopeSpans)
        for (const span of spans)
          collector.spans.push({
            ...span,
            parentSpanId: span.parentSpanId ?? '',
            start: BigInt(span.startTimeUnixNano),
            end: BigInt(span.endTimeUnixNano),
            attributes: attributesOf(span.attributes),
            links: span.links ?? [],
            status: span.status?.code ?? 0,
          });
    }
  }

  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts: [],
    spans: [],
    resource: {},
    answer: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    trace: (isIt) =>
      new Promise((resolve) => {
        const look = () => {
          const one = collector.spans.find(isIt);
          const trace = collector.spans.filter(({ traceId }) => traceId === one?.traceId);
          const ids = new Set(trace.map(({ spanId }) => spanId));
          // parents end last
          if (!one || !trace.some(({ parentSpanId }) => !ids.has(parentSpanId))) return;
          waiting.delete(look);
          resolve(trace);
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

const attributesOf = (given: { key: string; value: Value }[] = []): Attributes =>
  Object.fromEntries(given.map(({ key, value }) => [key, plain(value)]));

const plain = ({ stringValue, intValue, boolValue, arrayValue }: Value): unknown =>
  stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? boolValue ?? arrayValue?.values.map(plain);
