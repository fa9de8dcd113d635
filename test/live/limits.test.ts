import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { startServer } from '../harness.ts';
import { temporaryFolder } from '../process.ts';
import { type Answer, allTransports, type Operation, take, transports } from './clients.ts';

const waiting = 'subscription Waiting { reviewQueueChanged { count } }';

/** What an operation over a transport comes to: its first answer, or the errors with which it was refused. */
async function outcomeOf(answers: AsyncIterator<Answer>): Promise<unknown> {
  try {
    const { value } = await answers.next();
    await answers.return?.();
    return value?.errors?.[0]?.extensions.code ?? value?.data;
  } catch (error) {
    // graphql-sse has the whole response, graphql-ws the list of errors
    const { response } = error as { response?: Response };
    const said = response ? await response.text() : JSON.stringify(error);
    return /"code":"(\w+)"/.exec(said)?.[1] ?? String(error);
  }
}

describe.each(allTransports)('a subscription over %s', (transport) => {
  it('is one of the trusted documents, where there are such, by its text or its id', async () => {
    using folder = temporaryFolder();
    const file = folder.file('documents.json');
    writeFileSync(file, JSON.stringify({ waiting }));
    await using server = await startServer({ CQ_TRUSTED_DOCUMENTS: file });
    await using client = transports[transport](server.url, server.people.reviewer.token);
    const ask = (operation: Operation & Record<string, unknown>) => outcomeOf(client.iterate(operation));
    const told = { reviewQueueChanged: { count: 0 } };
    expect(await ask({ query: waiting })).toEqual(told);
    expect(await ask({ query: '', documentId: 'waiting' })).toEqual(told);
    const persistedQuery = { version: 1, sha256Hash: hash('sha256', waiting) };
    expect(await ask({ query: '', extensions: { persistedQuery } })).toEqual(told);
    expect(await ask({ query: waiting.replace('count', 'count oldest { id }') })).toBe('DOCUMENT_NOT_TRUSTED');
  });

  it('is refused where it is too deep, or costs too much', async () => {
    await using server = await startServer({ CQ_MAX_QUERY_COST: '50' });
    await using client = transports[transport](server.url, server.people.reviewer.token);
    const of = (fields: string) => ({
      query: `subscription { knowledgeEvents { activity { knowledgeUnit { ${fields} } } } }`,
    });
    const deep = `${'supersededBy { '.repeat(9)}id${' }'.repeat(9)}`;
    for (const fields of [deep, 'flags(first: 60) { nodes { id } }'])
      expect(await outcomeOf(client.iterate(of(fields)))).toBe('QUERY_TOO_COMPLEX');
  });

  it('is told events out of a budget that leaves that of requests as it is', async () => {
    await using server = await startServer({ CQ_RATE_LIMIT: '60' });
    await using client = transports[transport](server.url, server.people.reviewer.token);
    const { eventCursor } = await server.query('{ eventCursor }', {}, server.people.reviewer.token);
    const query = 'subscription ($after: String) { knowledgeEvents(after: $after) { cursor } }';
    const answers = client.iterate({ query, variables: { after: eventCursor } });
    const { id } = await server.unit();
    const left = async () =>
      (await server.query('{ rateLimit { remaining cost } }', {}, server.people.reviewer.token)).rateLimit;
    const confirm = () => server.store.units.confirm(id, 'mia', new Date(), confidence.confirmed);
    await confirm();
    await take(answers, 1);
    const before = await left();
    for (let event = 0; event < 5; event++) {
      await confirm();
      await take(answers, 1);
    }
    const after = await left();
    expect(before.remaining - after.remaining).toBe(after.cost);
    await answers.return?.();
  });

  it('leaves the slots of requests to them while it waits', async () => {
    await using server = await startServer({ CQ_MAX_CONCURRENT_REQUESTS: '1' });
    await using client = transports[transport](server.url, server.people.reviewer.token);
    const all = Array.from({ length: 5 }, () => client.iterate({ query: waiting }));
    for (const answers of all) await take(answers, 1);
    expect(await outcomeOf(client.iterate({ query: '{ statusCode: __typename }' }))).toEqual({ statusCode: 'Query' });
    for (const answers of all) await answers.return?.();
  });
});
