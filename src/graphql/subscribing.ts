import { setTimeout as delay } from 'node:timers/promises';
import {
  createSourceEventStream,
  type ExecutionResult,
  executeSubscriptionEvent,
  GraphQLError,
  validateSubscriptionArgs,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createSemaphore } from '../bulkhead.ts';
import type { Budget, CostLimit } from '../domain/cost-limit.ts';
import { type AppError, RateLimitedError } from '../errors.ts';
import type { Opened } from '../live/connections.ts';
import type { Log } from '../log.ts';
import { tellOfSubscription } from '../observations/subscription.ts';
import { limitAnswer } from './answer-limit.ts';
import { recheck } from './authentication.ts';
import type { Context } from './context.ts';
import { addCost } from './cost-report.ts';
import { maskError, toGraphQLError } from './errors.ts';
import { createLoaders } from './loaders.ts';
import { eventObserver } from './observing.ts';
import type { IdentifiedRequest, Stream } from './request.ts';
import { logErrors } from './request-log.ts';
import { sharedLoadersOf } from './shared-loaders.ts';

interface Options {
  readonly log: Log;
  readonly costLimit: CostLimit | null;
  readonly maxAnswerBytes: number;
}

/** How many answers to events are made at once, so that requests have their turns between them. */
const answersAtOnce = 4;

type Request = Context & IdentifiedRequest & { readonly subscriptionCost?: number };

/**
 * Yoga plugin: carries out subscriptions, once all limits are checked. The answer to each event has a context of its own, and is paid,
 * masked, limited and logged like that of a request.
 */
export function useSubscriptions({
  log,
  costLimit,
  maxAnswerBytes,
}: Options): Plugin<object, IdentifiedRequest, Context> {
  const inTurn = createSemaphore(answersAtOnce);

  /** Waits until the points of the caller last for one more event. */
  async function pay({ viewer, address, subscriptionCost = 1 }: Request, signal: AbortSignal): Promise<Budget | null> {
    for (;;) {
      try {
        return (await costLimit?.spend(viewer, address, subscriptionCost, 'live')) ?? null;
      } catch (error) {
        if (!(error instanceof RateLimitedError)) throw error;
        await delay((error.retryAfterSeconds ?? 1) * 1000, undefined, { signal, ref: false });
      }
    }
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const request = args.contextValue as Request;
        const { stream } = request;
        if (!stream) return { errors: [noStream()] };
        const validated = validateSubscriptionArgs(args);
        if (!('schema' in validated)) return refused(validated);
        const source = await createSourceEventStream(validated);
        if (!(Symbol.asyncIterator in source)) return refused(source.errors ?? []);
        return answersTo(source[Symbol.asyncIterator]() as AsyncIterator<unknown>, request, stream, async (event) => {
          const username = request.viewer.kind === 'anonymous' ? null : request.viewer.user.username;
          const entry = entryOf(event);
          const shared = entry ? sharedLoadersOf(request.store, entry, request.since) : undefined;
          const contextValue = { ...request, loaders: createLoaders(request.store, username, shared) };
          const result = await inTurn(async () =>
            executeSubscriptionEvent({ ...validated, rootValue: event, contextValue }),
          );
          return finished(result, request);
        });
      });
    },
  };

  function finished(result: ExecutionResult, request: Request): ExecutionResult {
    const masked = result.errors ? { ...result, errors: result.errors.map(maskError) } : { ...result };
    logErrors(log, masked.errors ?? [], request);
    return limitAnswer(masked, maxAnswerBytes);
  }

  /**
   * The answers to the events of a source, until the client or the server ends it. A client that has disconnected ends it at once, even if
   * nobody has asked for an answer yet, or waits for one.
   */
  function answersTo(
    source: AsyncIterator<unknown>,
    request: Request,
    stream: Stream,
    answer: (event: unknown) => Promise<ExecutionResult>,
  ): AsyncIterableIterator<ExecutionResult> {
    const ended = new AbortController();
    let tellOfEnd = () => {};
    /** What the client is told last. */
    let last: ExecutionResult | null = null;
    const end = async (reason: AppError | null) => {
      if (ended.signal.aborted) return;
      if (reason) last = { errors: [toGraphQLError(reason)] };
      ended.abort();
      tellOfEnd();
      request.signal.removeEventListener('abort', disconnected);
      await source.return?.();
    };
    const observe = eventObserver(request);
    let connection: Opened | null = null;
    const disconnected = () => {
      connection?.close();
      void end(null);
    };
    try {
      const { viewer, address } = request;
      connection = stream.isOwn ? request.live.connections.open(address, (reason) => void end(reason)) : null;
      const credentials = recheck(request, request);
      connection?.identify({ viewer, address, credentials });
    } catch (error) {
      connection?.close();
      void source.return?.();
      throw error;
    }
    tellOfEnd = tellOfSubscription();
    if (request.signal.aborted) disconnected();
    else request.signal.addEventListener('abort', disconnected);
    // what follows waits for events, and is not under way
    request.releaseSlot();
    const done = (): IteratorResult<ExecutionResult> => {
      connection?.close();
      tellOfEnd();
      const value = last;
      last = null;
      return value ? { done: false, value } : { done: true, value: undefined };
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        try {
          if (ended.signal.aborted) return done();
          const event = await source.next();
          if (ended.signal.aborted || event.done) return done();
          await stream.ready();
          const budget = await pay(request, ended.signal);
          const value = await (observe ? observe(() => answer(event.value)) : answer(event.value));
          addCost(value, request, budget, request.subscriptionCost);
          // an event that could not be told is told again from the cursor of the last one
          if (value.errors?.some(({ extensions }) => extensions.code === 'SERVICE_UNAVAILABLE')) await end(null);
          return { done: false, value };
        } catch (error) {
          if (ended.signal.aborted) return done();
          const masked = maskError(error);
          logErrors(log, [masked], request);
          await end(null);
          return { done: false, value: { errors: [masked] } };
        }
      },
      async return() {
        await end(null);
        connection?.close();
        return { done: true, value: undefined };
      },
    };
  }
}

/** The answer in place of a stream: in a stream of its own, whose status says no more than that it was begun, unless the error has one. */
function refused(errors: readonly GraphQLError[]): ExecutionResult {
  const masked = errors.map(maskError);
  for (const { extensions } of masked) extensions.http ??= { status: 200 };
  return { errors: masked };
}

/** The entry of a log in the value of the root field, of all who are told it the same object; null where it is none. */
function entryOf(event: unknown): object | null {
  const [value] = Object.values(Object(event));
  const { entry = null } = Object(value) as { entry?: object };
  return entry;
}

const noStream = () =>
  new GraphQLError('A subscription needs "Accept: text/event-stream", or a WebSocket.', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 406 } },
  });
