import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { TestServer } from '../harness.ts';
import { withVectors } from '../postgres/databases.ts';
import { documentedFamilies, documentedLabels } from './documented.ts';
import { expressionsOf } from './expressions.ts';
import { readExpression } from './promql.ts';
import { everything, scrape, startMeasured, useEverything } from './scenario.ts';
import { type Scrape, sumOf } from './text-format.ts';

const onPostgres = inject('serversOn') === 'postgres';
// embeddings are among what is told
const vectors = onPostgres ? await withVectors() : {};

/** What has no value in this test: it is the other database's, or of what does not happen here. */
const withoutValues = onPostgres
  ? /^cq_(sqlite_|replica_)/
  : /^cq_(database_connection|replica_|sqlite_lock_timeouts_total)/;

let server: TestServer;
let found: Scrape;
beforeAll(async () => {
  server = await startMeasured(everything);
  await useEverything(server);
  found = await scrape(server);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a scrape', vectors, () => {
  it('tells of requests and operations by their doors', () => {
    for (const [door, code] of [
      ['graphql', '200'],
      ['rest', '200'],
      ['rest', '404'],
      ['mcp', '200'],
      ['page', '200'],
      ['probe', '200'],
      ['websocket', '101'],
      ['other', '404'],
    ])
      expect(
        sumOf(found, 'cq_requests_total', { door: door ?? '', code: code ?? '' }),
        `${door} ${code}`,
      ).toBeGreaterThan(0);
    for (const [door, operation, code] of [
      ['graphql', 'Stats', 'OK'],
      ['graphql', 'other', 'OK'],
      ['graphql', 'other', 'RATE_LIMITED'],
      ['rest', 'getHealth', 'OK'],
      ['rest', 'getUnit', 'NOT_FOUND'],
      ['mcp', 'McpStatus', 'OK'],
      ['mcp', 'tools/list', 'OK'],
      ['websocket', 'other', 'OK'],
    ] as const)
      expect(
        sumOf(found, 'cq_operations_total', { door, operation, code }),
        `${door} ${operation} ${code}`,
      ).toBeGreaterThan(0);
    expect(sumOf(found, 'cq_operation_duration_seconds', { operation: 'Stats' })).toBe(1);
    // a stream of events is no slow request
    expect(sumOf(found, 'cq_request_duration_seconds', { door: 'graphql' })).toBeLessThan(
      sumOf(found, 'cq_requests_total', { door: 'graphql' }),
    );
  });

  it('tells of cost, sign-ins, statements, embeddings, webhooks and subscriptions', () => {
    const expected: [string, Record<string, string>][] = [
      ['cq_cost_points_total', { purpose: 'request', outcome: 'spent' }],
      ['cq_cost_points_total', { purpose: 'request', outcome: 'refused' }],
      ['cq_cost_points_total', { purpose: 'live', outcome: 'spent' }],
      ['cq_sign_ins_total', { method: 'password', outcome: 'succeeded' }],
      ['cq_sign_ins_total', { method: 'password', outcome: 'wrong' }],
      ['cq_operation_cost_points_total', { operation: 'Stats' }],
      ['cq_statement_duration_seconds', { statement: 'select unit_counts' }],
      ['cq_statement_errors_total', {}],
      ['cq_load_shed_total', { door: 'graphql' }],
      ['cq_embedding_calls_total', { kind: 'document', outcome: 'succeeded' }],
      ['cq_embedding_texts_total', { kind: 'document' }],
      ['cq_webhook_attempts_total', { outcome: 'delivered' }],
      ['cq_webhooks', { state: 'on' }],
      ['cq_subscription_events_total', {}],
      ['cq_units', { status: 'pending' }],
    ];
    for (const [family, labels] of expected)
      expect(sumOf(found, family, labels), `${family} ${JSON.stringify(labels)}`).toBeGreaterThan(0);
    expect(sumOf(found, 'cq_subscriptions')).toBe(0);
    expect(sumOf(found, 'cq_started')).toBe(1);
    expect(sumOf(found, 'cq_embedding_circuit', { state: 'closed' })).toBe(1);
    const unread = found.get('cq_figure_up')?.samples.filter(({ value }) => value !== 1);
    expect(unread).toEqual([]);
  });

  it('has a value of every family', () => {
    const empty = [...found].filter(([, { samples }]) => samples.length === 0).map(([name]) => name);
    expect(empty.filter((name) => !withoutValues.test(name))).toEqual([]);
  });

  it('follows the conventions of Prometheus', () => {
    for (const [name, { type, help }] of found) {
      expect(name).toMatch(/^(cq|process|nodejs)_[a-z_]+$/);
      expect(help.endsWith('.'), name).toBe(true);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });

  it('is what docs/metrics.md says, name for name and word for word', () => {
    const documented = documentedFamilies();
    expect([...found.keys()]).toEqual([...documented.keys()]);
    for (const [name, { type, help, samples }] of found) {
      const own = documented.get(name);
      expect({ name, type, help }).toEqual({ name, type: own?.type, help: own?.help });
      for (const { labels } of samples)
        expect(
          Object.keys(labels)
            .filter((label) => label !== 'le')
            .sort(),
          name,
        ).toEqual([...(own?.labels ?? [])].sort());
    }
  });

  it('has no values of labels but those that docs/metrics.md names, where it names them', () => {
    const documented = documentedLabels();
    const used = new Set([...documentedFamilies().values()].flatMap(({ labels }) => labels));
    expect(new Set(documented.keys())).toEqual(used);
    for (const [name, { samples }] of found)
      for (const { labels } of samples)
        for (const [label, value] of Object.entries(labels)) {
          const values = documented.get(label);
          if (values) expect(values, `${name} ${label}`).toContain(value);
        }
  });
});

describe('the expressions', vectors, () => {
  const expressions = expressionsOf((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  /** What Prometheus itself adds. */
  const ofPrometheus = { metrics: ['up'], labels: ['job', 'instance', 'le'] };
  const familyOf = (metric: string) => (found.has(metric) ? metric : metric.replace(/_(bucket|sum|count)$/, ''));

  it('are all found: of the dashboard, and of the alerts', () => {
    expect(expressions.filter(({ file }) => file.endsWith('.json')).length).toBeGreaterThan(50);
    expect(expressions.filter(({ file }) => file.endsWith('.yaml')).length).toBeGreaterThan(20);
  });

  it('are PromQL over metrics and labels that a server has', () => {
    const values = documentedLabels();
    for (const { file, text } of expressions) {
      const { selectors, groupings } = readExpression(text);
      const labels = new Set(ofPrometheus.labels);
      for (const { metric, matchers } of selectors) {
        if (ofPrometheus.metrics.includes(metric)) continue;
        const family = found.get(familyOf(metric));
        expect(family, `${file}: ${metric} in ${text}`).toBeDefined();
        if (family?.type === 'histogram') expect(metric, text).toMatch(/_(bucket|sum|count)$/);
        const own = family?.samples.length
          ? family.samples.flatMap((sample) => (sample.name === metric ? Object.keys(sample.labels) : []))
          : (documentedFamilies().get(familyOf(metric))?.labels ?? []);
        for (const label of own) labels.add(label);
        for (const { label, op, value } of matchers) {
          expect([...own, ...ofPrometheus.labels], `${file}: ${label} in ${text}`).toContain(label);
          for (const one of op.includes('~') ? value.split('|') : [value])
            expect(values.get(label) ?? [one], `${file}: ${text}`).toContain(one);
        }
      }
      for (const label of groupings) expect([...labels], `${file}: ${label} in ${text}`).toContain(label);
    }
  });

  it('use every family', () => {
    const used = new Set(
      expressions.flatMap(({ text }) => readExpression(text).selectors.map(({ metric }) => familyOf(metric))),
    );
    expect([...found.keys()].filter((name) => !used.has(name))).toEqual([]);
  });
});
