import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Log } from '../log.ts';
import { embeddings } from '../observations/embedding.ts';
import { jobs } from '../observations/job.ts';
import type { Channel, Timed } from '../observations/observed.ts';
import { operations } from '../observations/operation.ts';
import { type OutgoingCall, outgoing } from '../observations/outgoing.ts';
import { requests } from '../observations/request.ts';
import { resolvers } from '../observations/resolver.ts';
import { statements } from '../observations/statement.ts';
import { webhookAttempts } from '../observations/webhook.ts';
import { attributesOf, nameOf, outcomeOf } from './conventions.ts';
import { readTraceparent, writeTraceparent } from './trace-context.ts';

/** How a span begins. `parent`: that of a caller elsewhere; null for a trace of its own, `within` for what it is a part of here. */
interface Beginning {
  readonly kind: SpanKind;
  readonly parent: SpanContext | null | 'within';
}

const ofCaller = (kind: SpanKind, parent: SpanContext | null): Beginning => ({ kind, parent });
const within = (kind: SpanKind): Beginning => ({ kind, parent: 'within' });

export interface Followed {
  /** The trace that runs here. */
  ids(): { readonly traceId?: string; readonly spanId?: string };
  end(): void;
}

/** Makes a span of each thing that is observed. */
export function followAll(tracer: Tracer, log: Log): Followed {
  const contexts = new AsyncLocalStorage<Context | undefined>();
  const here = (): SpanContext | undefined => {
    const context = contexts.getStore();
    return context && trace.getSpanContext(context);
  };

  const ends = [
    follow(requests, 'request', (message) => {
      // a probe each second says nothing
      if (message.door === 'probe') return null;
      const { traceparent, tracestate } = message.headers;
      return ofCaller(SpanKind.SERVER, readTraceparent(traceparent, tracestate));
    }),
    follow(operations, 'operation', (message) => {
      if (message.isEvent) return ofCaller(SpanKind.INTERNAL, null);
      // a WebSocket may go on for days: what goes over it are traces of their own
      if (message.door === 'websocket') return ofCaller(SpanKind.INTERNAL, readTraceparent(message.traceparent));
      return within(SpanKind.INTERNAL);
    }),
    follow(resolvers, 'resolver', () => within(SpanKind.INTERNAL)),
    follow(statements, 'statement', () => within(SpanKind.CLIENT)),
    follow(embeddings, 'embedding', () => within(SpanKind.CLIENT)),
    follow(webhookAttempts, 'webhook', () => ofCaller(SpanKind.CLIENT, null)),
    follow(jobs, 'job', () => ofCaller(SpanKind.INTERNAL, null)),
  ];

  const inject = (call: unknown) => {
    const context = here();
    if (context) (call as OutgoingCall).headers.traceparent = writeTraceparent(context);
  };
  outgoing.subscribe(inject);

  return {
    ids() {
      const context = here();
      return context ? { traceId: context.traceId, spanId: context.spanId } : {};
    },
    end() {
      for (const end of ends) end();
      outgoing.unsubscribe(inject);
    },
  };

  function follow<Message extends Timed>(
    of: Channel<Message>,
    what: keyof typeof nameOf,
    beginning: (message: Message) => Beginning | null,
  ): () => void {
    const spans = new WeakMap<object, Span>();
    const name = nameOf[what] as unknown as (message: Message) => string;
    const attributes = attributesOf[what] as unknown as (message: Message) => Attributes;
    const outcome = outcomeOf[what] as unknown as ((message: Message) => Attributes) | undefined;

    function begin(message: Message): Context | undefined {
      const around = contexts.getStore();
      try {
        const how = beginning(message);
        if (!how) return undefined;
        const { parent, kind } = how;
        const before = around && trace.getSpan(around);
        // a part of something that is not traced
        if (parent === 'within' && !before?.isRecording()) return around;
        const options: SpanOptions = { kind, startTime: message.since, attributes: attributes(message) };
        // what it came from is another trace
        const links = parent === null && before ? [{ context: before.spanContext() }] : [];
        const context = parent === 'within' ? (around as Context) : inRemote(parent);
        const span = tracer.startSpan(name(message), { ...options, links }, context);
        spans.set(message, span);
        if (what === 'request') answerTrace(message as never, span);
        return trace.setSpan(context, span);
      } catch (error) {
        log.warn({ err: error }, 'a span could not be made');
        return around;
      }
    }

    function end(given: unknown): void {
      const message = given as Message;
      const span = spans.get(message);
      if (!span?.isRecording()) return;
      span.updateName(name(message));
      span.setAttributes(attributes(message));
      if (outcome) span.setAttributes(outcome(message));
      const failure = failureOf(message);
      if (failure !== null) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
      span.end(message.since + message.ms);
    }

    of.start.bindStore(contexts as AsyncLocalStorage<unknown>, begin as never);
    of.asyncEnd.subscribe(end);
    return () => {
      of.start.unbindStore(contexts as AsyncLocalStorage<unknown>);
      of.asyncEnd.unsubscribe(end);
    };
  }
}

const inRemote = (parent: SpanContext | null): Context =>
  parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);

/** Tells the caller and the access log. */
function answerTrace(
  {
    fields,
    setHeader,
  }: { fields: { traceId?: string; spanId?: string }; setHeader: ((name: string, value: string) => unknown) | null },
  span: Span,
): void {
  const context = span.spanContext();
  fields.traceId = context.traceId;
  fields.spanId = context.spanId;
  setHeader?.('traceresponse', writeTraceparent(context));
}

/** Statuses and codes that are the server's fault; null where nothing is. Never a message: it may have texts in it. */
function failureOf(
  message: Timed & { readonly status?: number | null; readonly codes?: readonly string[] },
): string | null {
  const { error, status, codes } = message;
  if (error !== undefined) {
    const { code, name } = Object(error) as { code?: unknown; name?: unknown };
    return typeof code === 'string' ? code : String(name ?? 'error');
  }
  if (typeof status === 'number' && status >= 500) return String(status);
  return codes?.find((code) => code === 'INTERNAL_SERVER_ERROR' || code === 'SERVICE_UNAVAILABLE') ?? null;
}
