import type { Attributes } from '@opentelemetry/api';
import type { EmbeddingObservation } from '../observations/embedding.ts';
import type { JobObservation } from '../observations/job.ts';
import type { OperationObservation } from '../observations/operation.ts';
import type { RequestObservation } from '../observations/request.ts';
import type { ResolverObservation } from '../observations/resolver.ts';
import type { StatementObservation } from '../observations/statement.ts';
import type { WebhookObservation } from '../observations/webhook.ts';

/**
 * Names and attributes of spans: those of OpenTelemetry's semantic conventions, and beside them `cq.…`. There are no texts of units, no
 * variables and no paths as they were sent.
 */

export const nameOf = {
  request: ({ method, route }: RequestObservation) => (route === null ? method : `${method} ${route}`),
  operation: ({ kind, name, isKnown, isEvent }: OperationObservation) =>
    [kind ?? 'GraphQL operation', ...(isKnown && name !== null ? [name] : []), ...(isEvent ? ['event'] : [])].join(' '),
  resolver: ({ type, field }: ResolverObservation) => `${type}.${field}`,
  statement: ({ name }: StatementObservation) => name,
  embedding: ({ model }: EmbeddingObservation) => `embeddings ${model}`,
  webhook: () => 'webhook attempt',
  job: ({ name }: JobObservation) => `${name} batch`,
};

/** Methods that have a name of their own in spans: a client may send whatever it likes. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Known at the beginning, or by the end. */
export const attributesOf = {
  request: ({ door, method, route, requestId }: RequestObservation): Attributes => ({
    'http.request.method': methods.has(method) ? method : '_OTHER',
    ...(route !== null && { 'http.route': route, 'url.path': route }),
    'url.scheme': 'http',
    'cq.door': door,
    'cq.request_id': requestId,
  }),
  operation: ({ kind, name, hash, door, isEvent }: OperationObservation): Attributes => ({
    ...(kind !== null && { 'graphql.operation.type': kind }),
    ...(name !== null && { 'graphql.operation.name': name.slice(0, 100) }),
    ...(hash !== null && { 'cq.document.hash': hash }),
    'cq.door': door,
    ...(isEvent && { 'cq.event': true }),
  }),
  resolver: ({ type, field }: ResolverObservation): Attributes => ({ 'cq.field': `${type}.${field}` }),
  statement: ({ name, dialect, sql }: StatementObservation): Attributes => ({
    'db.system.name': dialect,
    'db.operation.name': name.split(' ', 1)[0] ?? name,
    'db.query.summary': name,
    // with placeholders: values are apart
    ...(sql !== '' && { 'db.query.text': sql.slice(0, 1000) }),
  }),
  embedding: ({ provider, model, kind, texts }: EmbeddingObservation): Attributes => ({
    'gen_ai.operation.name': 'embeddings',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'cq.embedding.kind': kind,
    'cq.embedding.texts': texts,
  }),
  webhook: ({ webhook, delivery, attempt }: WebhookObservation): Attributes => ({
    'cq.webhook.id': webhook,
    'cq.webhook.delivery': delivery,
    'http.request.resend_count': attempt - 1,
  }),
  job: ({ items }: JobObservation): Attributes => ({ 'cq.job.items': items }),
};

/** Known at the end. */
export const outcomeOf = {
  request: ({ status, isStream, isCutOff }: RequestObservation): Attributes => ({
    ...(status !== 0 && { 'http.response.status_code': status }),
    ...(isStream && { 'cq.stream': true }),
    ...(isCutOff && { 'cq.cut_off': true }),
  }),
  operation: ({ cost, codes }: OperationObservation): Attributes => ({
    'cq.cost': cost,
    ...(codes.length > 0 && { 'cq.error_codes': [...codes] }),
  }),
  resolver: ({ calls }: ResolverObservation): Attributes => ({ 'cq.calls': calls }),
  statement: ({ rows }: StatementObservation): Attributes => ({ 'db.response.returned_rows': rows }),
  embedding: undefined,
  webhook: ({ status, outcome }: WebhookObservation): Attributes => ({
    ...(status !== null && { 'http.response.status_code': status }),
    ...(outcome !== null && { 'cq.webhook.outcome': outcome }),
  }),
  job: undefined,
};
