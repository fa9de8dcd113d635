import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startTestServer } from 'cq-server/testing';
import { approve, propose, search, signIn } from '../dist/lessons.js';

const insight = { summary: 'Pin the runner', detail: 'The image moved under us.', action: 'Name a version.' };

let server;
before(async () => {
  server = await startTestServer({
    users: { ada: {}, rosa: { role: 'REVIEWER' } },
    units: [
      { domains: ['payments'], insight: { ...insight, summary: 'Verify webhook signatures' }, confirmedBy: ['rosa'] },
    ],
  });
});
beforeEach(() => server.reset());
after(() => server.stop());

test('finds what is known, without credentials', async () => {
  const { url, unitIds } = server;
  assert.deepEqual(await search({ url }, 'webhook', ['payments']), [
    { id: unitIds[0], summary: 'Verify webhook signatures', action: 'Name a version.', confidence: 0.6 },
  ]);
});

test('says which field of a proposal is wrong', async () => {
  const agent = { url: server.url, credential: server.users.ada.key };
  const { problems } = await propose(agent, { domains: [], insight });
  assert.deepEqual(Object.keys(problems), ['domains']);
});

test('tells a reviewer who was faster', async () => {
  const { url, users } = server;
  const { id } = await propose({ url, credential: users.ada.key }, { domains: ['ci'], insight });
  const reviewer = await signIn(url, 'rosa', users.rosa.password);
  assert.equal(await approve(reviewer, id), 'Everyone can read it now.');
  assert.equal(await approve(reviewer, id), 'rosa was faster: approved.');
});
