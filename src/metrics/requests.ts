import { type OperationObservation, operations } from '../observations/operation.ts';
import { type RequestObservation, requests } from '../observations/request.ts';
import { bounded, other } from './bounded.ts';
import type { Families } from './families.ts';
import { endAll, listen } from './listen.ts';

/** From half a millisecond, which a small query takes, to what clients wait for at most. */
export const requestBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/** Names of operations: those of a file of trusted documents may be 2000. */
const maxOperations = 300;
/** Codes of errors are our own. */
const maxCodes = 40;

/** Messages of MCP that are no operations of ours, as `tools/call` is. */
const messages: ReadonlySet<string> = new Set([
  ...['initialize', 'notifications/initialized', 'ping', 'server/discover'],
  ...['tools/list', 'prompts/list', 'prompts/get', 'resources/list', 'resources/templates/list'],
]);

/** Codes of answers of REST that have none of their own. */
const restCodes: Readonly<Record<number, string>> = { 404: 'NOT_FOUND', 409: 'CONFLICT', 503: 'SERVICE_UNAVAILABLE' };

/** Adds requests by door and status, and operations by name. Answers what ends the counting. */
export function addRequests(families: Families): () => void {
  const requestsTotal = families.counter({
    name: 'cq_requests_total',
    help: 'Requests by door and status of the response; none: the client was gone before there was one.',
    labels: ['door', 'code'],
  });
  const requestSeconds = families.histogram({
    name: 'cq_request_duration_seconds',
    help: 'From the arrival of a request until its response is sent. Without streams of events.',
    labels: ['door'],
    buckets: requestBuckets,
  });
  const operationsTotal = families.counter({
    name: 'cq_operations_total',
    help: 'Operations by door, name and code of the first error (OK without one). other: of a document that is none of the known ones.',
    labels: ['door', 'operation', 'code'],
  });
  const operationSeconds = families.histogram({
    name: 'cq_operation_duration_seconds',
    help: 'How long an operation takes, without the wait for a slot; of REST as long as its request.',
    labels: ['door', 'operation'],
    buckets: requestBuckets,
  });
  const points = families.counter({
    name: 'cq_operation_cost_points_total',
    help: 'What operations cost, in points, whether or not there is a limit.',
    labels: ['door', 'operation'],
  });
  const events = families.counter({
    name: 'cq_subscription_events_total',
    help: 'Answers to the events of subscriptions, by name of the operation.',
    labels: ['operation'],
  });
  const nameIn = bounded(maxOperations);
  const codeIn = bounded(maxCodes);

  function count(door: string, operation: string, code: string, ms: number, cost: number): void {
    operationsTotal.add({ door, operation, code: codeIn(code) });
    operationSeconds.observe({ door, operation }, ms / 1000);
    if (cost > 0) points.add({ door, operation }, cost);
  }

  return endAll([
    listen<RequestObservation>(requests.asyncEnd, ({ door, status, ms, isStream, fields }) => {
      requestsTotal.add({ door, code: status === 0 ? 'none' : String(status) });
      if (!isStream) requestSeconds.observe({ door }, ms / 1000);
      const { operation, cost = 0, codes } = fields;
      if (operation === undefined || (door !== 'rest' && door !== 'mcp')) return;
      // a tool is an operation, which tells of itself; other messages are named by their senders
      if (door === 'mcp' && !messages.has(operation)) return;
      count(door, nameIn(operation), codes?.[0] ?? restCode(status), ms, cost);
    }),
    listen<OperationObservation>(operations.asyncEnd, ({ door, isKnown, name, isEvent, codes, ms, cost, error }) => {
      const operation = isKnown && name !== null ? nameIn(name) : other;
      if (isEvent) events.add({ operation });
      else count(door, operation, error === undefined ? (codes[0] ?? 'OK') : 'INTERNAL_SERVER_ERROR', ms, cost);
    }),
  ]);
}

function restCode(status: number): string {
  if (status < 400) return 'OK';
  return restCodes[status] ?? (status < 500 ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR');
}
