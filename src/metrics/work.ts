import { type EmbeddingObservation, embeddings } from '../observations/embedding.ts';
import { type StatementObservation, statements } from '../observations/statement.ts';
import { type WebhookObservation, webhookAttempts } from '../observations/webhook.ts';
import { bounded } from './bounded.ts';
import type { Families } from './families.ts';
import { endAll, listen } from './listen.ts';

/** A look-up in SQLite takes some hundredths of a millisecond, one in PostgreSQL half of one. */
const statementBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10] as const;
/** A model on this machine takes milliseconds, a service far away seconds. */
const embeddingBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
/** Up to the time that a receiver has. */
const webhookBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15] as const;

const maxStatements = 300;

/** Adds what requests and background work wait for: SQL, the embedding service, receivers of webhooks. Answers what ends the counting. */
export function addWork(families: Families): () => void {
  return endAll([addStatements(families), addEmbeddings(families), addWebhooks(families)]);
}

function addStatements(families: Families): () => void {
  const seconds = families.histogram({
    name: 'cq_statement_duration_seconds',
    help: 'SQL statements by what they do and to which tables, without the wait for a connection or a lock before them.',
    labels: ['statement'],
    buckets: statementBuckets,
  });
  const errors = families.counter({
    name: 'cq_statement_errors_total',
    help: 'SQL statements that failed.',
    labels: ['statement'],
  });
  const nameIn = bounded(maxStatements);
  return listen<StatementObservation>(statements.asyncEnd, ({ name, ms, error }) => {
    const statement = nameIn(name);
    seconds.observe({ statement }, ms / 1000);
    if (error !== undefined) errors.add({ statement });
  });
}

function addEmbeddings(families: Families): () => void {
  const seconds = families.histogram({
    name: 'cq_embedding_call_duration_seconds',
    help: 'Calls of the embedding service, or of the model in a folder, with one batch of texts.',
    labels: ['kind'],
    buckets: embeddingBuckets,
  });
  const calls = families.counter({
    name: 'cq_embedding_calls_total',
    help: 'The same by outcome.',
    labels: ['kind', 'outcome'],
  });
  const texts = families.counter({
    name: 'cq_embedding_texts_total',
    help: 'Texts in these calls.',
    labels: ['kind'],
  });
  return listen<EmbeddingObservation>(embeddings.asyncEnd, ({ kind, texts: count, ms, error }) => {
    seconds.observe({ kind }, ms / 1000);
    calls.add({ kind, outcome: error === undefined ? 'succeeded' : 'failed' });
    texts.add({ kind }, count);
  });
}

function addWebhooks(families: Families): () => void {
  const attempts = families.counter({
    name: 'cq_webhook_attempts_total',
    help: 'Attempts at deliveries by outcome; retried: another one follows; skipped: there was nothing to tell; none: the database failed, or the webhook is gone.',
    labels: ['outcome'],
  });
  const seconds = families.histogram({
    name: 'cq_webhook_attempt_duration_seconds',
    help: 'How long an attempt takes, the answer of the receiver included.',
    buckets: webhookBuckets,
  });
  return listen<WebhookObservation>(webhookAttempts.asyncEnd, ({ outcome, ms }) => {
    attempts.add({ outcome: outcome === 'waiting' ? 'retried' : (outcome ?? 'none') });
    seconds.observe({}, ms / 1000);
  });
}
