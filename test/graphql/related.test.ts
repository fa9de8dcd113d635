import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('what resembles a unit', () => {
  it('shares words of its summary: approved units for all, waiting ones for reviewers', async () => {
    const { member, reviewer } = server.people;
    const say = (summary: string, status: 'approved' | 'pending' = 'approved') =>
      server.unit({ insight: { summary }, status });
    const unit = await say('Walruses sign webhooks over the raw body');
    const near = await say('Verify the raw body of webhooks');
    const far = await say('The raw truth');
    const waiting = await say('Walruses sign webhooks over the raw body, again', 'pending');
    await say('Nothing of it');
    const related = async (credential?: string, first = 5) => {
      const query =
        'query ($id: ID!, $first: Int) { knowledgeUnit(id: $id) { related(first: $first) { unit { id } } } }';
      const { knowledgeUnit } = await server.query(query, { id: unit.id, first }, credential);
      return knowledgeUnit.related.map((one: { unit: { id: string } }) => one.unit.id);
    };
    expect(await related()).toEqual([near.id, far.id]);
    expect(await related(member.key)).toEqual([near.id, far.id]);
    expect(await related(reviewer.token)).toEqual([waiting.id, near.id, far.id]);
    expect(await related(reviewer.token, 1)).toEqual([waiting.id]);
  });

  it('is shown beside what waits for review, so that a near-duplicate is seen', async () => {
    const old = await server.unit({ insight: { summary: 'Pangolins roll up' } });
    const twin = await server.unit({ insight: { summary: 'Pangolins roll up' }, status: 'pending' });
    const { reviewQueue } = await server.query(
      '{ reviewQueue { nodes { id related(first: 1) { unit { id } } } } }',
      {},
      server.people.reviewer.token,
    );
    const shown = reviewQueue.nodes.find(({ id }: { id: string }) => id === twin.id);
    expect(shown.related).toEqual([{ unit: { id: old.id } }]);
  });

  it('is asked for at most 20 at a time', async () => {
    const { id } = await server.unit();
    const query = 'query ($id: ID!) { knowledgeUnit(id: $id) { related(first: 21) { unit { id } } } }';
    const { body } = await server.send({ query, variables: { id } });
    expect(body.errors[0].message).toContain('first must be from 0 to 20, got 21');
  });
});
