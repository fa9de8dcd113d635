import { approve, propose, search, signIn } from './lessons.js';

const { SERVER_URL: url = 'http://localhost:3000', AGENT_KEY, REVIEWER = 'rosa', REVIEWER_PASSWORD = '' } = process.env;

const agent = { url, credential: AGENT_KEY };
const insight = {
  summary: 'Verify webhook signatures over the raw body',
  detail: 'A parsed and re-serialised body has other bytes, and the signature fails.',
  action: 'Keep the raw body for the webhook route.',
};

console.log('An empty proposal:', await propose(agent, { domains: [], insight }));
const proposed = await propose(agent, { domains: ['payments', 'webhooks'], insight });
if (!('id' in proposed)) throw new Error(JSON.stringify(proposed.problems));
console.log('Proposed:', proposed.id);

const reviewer = await signIn(url, REVIEWER, REVIEWER_PASSWORD);
console.log('Approved:', await approve(reviewer, proposed.id, 'Seen it too.'));
console.log('Again:', await approve(reviewer, proposed.id));

for (const { summary, confidence } of await search({ url }, 'webhook signature', ['payments']))
  console.log(`Found: ${summary} (${confidence})`);
