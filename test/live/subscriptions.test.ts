import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/domain/account.ts';
import { confidence } from '../../src/domain/rules.ts';
import { type Person, startServer, type TestServer } from '../harness.ts';
import { type Answer, allTransports, events, type LiveClient, take, transports } from './clients.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const now = async (credential?: string) => (await server.query('{ eventCursor }', {}, credential)).eventCursor;
const confirm = (id: string, by: string) => server.store.units.confirm(id, by, new Date(), confidence.confirmed);
const typesOf = (answers: readonly Answer[]) => answers.map(({ data }) => data.knowledgeEvents.activity.type);
const actorsOf = (answers: readonly Answer[]) =>
  answers.map(({ data }) => data.knowledgeEvents.activity.actor?.username ?? null);

const propose = async (person: Person, domains = ['api']): Promise<string> => {
  const { proposeKnowledgeUnit } = await server.query(
    `mutation ($domains: [String!]!) {
       proposeKnowledgeUnit(input: { domains: $domains, insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } }
     }`,
    { domains },
    person.token,
  );
  return proposeKnowledgeUnit.knowledgeUnit.id;
};
const approve = (id: string) =>
  server.query(
    'mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }',
    { id },
    server.people.reviewer.token,
  );
const reject = (id: string) =>
  server.query(
    'mutation ($id: ID!) { rejectKnowledgeUnit(input: { id: $id }) { userErrors { message } } }',
    { id },
    server.people.reviewer.token,
  );

describe.each(allTransports)('over %s', (transport) => {
  const connect = (credential?: string): LiveClient => transports[transport](server.url, credential);

  it('reviewers are told all that happens, with who did it', async () => {
    const { reviewer, member } = server.people;
    await using client = connect(reviewer.token);
    const answers = client.iterate({ query: events, variables: { after: await now() } });
    const id = await propose(member);
    await approve(id);
    await confirm(id, 'ann');
    expect(await take(answers, 3)).toMatchObject([
      {
        data: {
          knowledgeEvents: { activity: { type: 'PROPOSED', actor: { username: 'mia' }, knowledgeUnit: { id } } },
        },
      },
      { data: { knowledgeEvents: { activity: { type: 'APPROVED', actor: { username: 'rob' } } } } },
      { data: { knowledgeEvents: { activity: { type: 'CONFIRMED', actor: { username: 'ann' } } } } },
    ]);
    await answers.return?.();
  });

  it('everyone is told what happens to approved units, and not who did it', async () => {
    await using client = connect();
    const after = await now();
    const answers = client.iterate({ query: events, variables: { after } });
    const id = await propose(server.people.member);
    await reject(await propose(server.people.member));
    await approve(id);
    await confirm(id, 'ann');
    const told = await take(answers, 2);
    expect([typesOf(told), actorsOf(told)]).toEqual([
      ['APPROVED', 'CONFIRMED'],
      [null, null],
    ]);
    await answers.return?.();
  });

  it('a key is told what happens in its domains, and its owner of their proposals', async () => {
    const { member } = server.people;
    const key = await createApiKey(server.store, server.secrets, member.user, {
      ...{ name: 'limited', ttl: '1d', domains: ['mine'] },
    });
    await using client = connect(key.secret);
    const answers = client.iterate({ query: events, variables: { after: await now() } });
    await propose(member, ['other']);
    await propose(server.people.reviewer, ['mine']);
    const id = await propose(member, ['mine']);
    const [first] = await take(answers, 1);
    expect(first?.data.knowledgeEvents.activity).toMatchObject({ type: 'PROPOSED', knowledgeUnit: { id } });
    await answers.return?.();
  });

  it('a filter leaves out what it does not name', async () => {
    await using client = connect(server.people.reviewer.token);
    const filter = { types: ['CONFIRMED'], domains: [' Mine '] };
    const answers = client.iterate({ query: events, variables: { after: await now(), filter } });
    const [one, other] = [await server.unit({ domains: ['mine'] }), await server.unit()];
    await confirm(other.id, 'ann');
    await server.store.units.flag(
      {
        id: `flg_${one.id.slice(3)}`,
        unitId: one.id,
        reason: 'stale',
        detail: null,
        duplicateOf: null,
        createdBy: 'ann',
        createdAt: new Date(),
      },
      confidence.flagged,
    );
    await confirm(one.id, 'ann');
    const [first] = await take(answers, 1);
    expect(first?.data.knowledgeEvents.activity).toMatchObject({ type: 'CONFIRMED', knowledgeUnit: { id: one.id } });
    await answers.return?.();
  });

  it('goes on from a cursor: nothing left out, and nothing twice', async () => {
    await using client = connect(server.people.reviewer.token);
    const { id } = await server.unit();
    let after = await now();
    const names = Array.from({ length: 12 }, (_, index) => `${transport} ${index}`);
    const told: (string | undefined)[] = [];
    for (let from = 0; from < names.length; from += 3) {
      // before and after it is connected
      await confirm(id, names[from] ?? '');
      const answers = client.iterate({
        query: events.replace('actor { username }', 'id'),
        variables: { after, filter: { knowledgeUnitId: id } },
      });
      await confirm(id, names[from + 1] ?? '');
      const some = await take(answers, 2);
      await answers.return?.();
      await confirm(id, names[from + 2] ?? '');
      told.push(...some.map(({ data }) => data.knowledgeEvents.activity.id));
      after = some.at(-1)?.data.knowledgeEvents.cursor;
    }
    const answers = client.iterate({
      query: events.replace('actor { username }', 'id'),
      variables: { after, filter: { knowledgeUnitId: id } },
    });
    told.push(...(await take(answers, names.length - told.length)).map(({ data }) => data.knowledgeEvents.activity.id));
    await answers.return?.();
    expect(new Set(told).size).toBe(12);
    const numbers = told.map((one) => Number(one?.slice(4)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('a proposer is told of decisions over their proposals', async () => {
    const { member, reviewer } = server.people;
    await using client = connect(member.key);
    const query = 'subscription { proposalDecided { cursor activity { type knowledgeUnit { id } note } } }';
    const answers = client.iterate({
      query: query.replace('proposalDecided', `proposalDecided(after: "${await now()}")`),
    });
    const [others, one, two] = [await propose(reviewer), await propose(member), await propose(member)];
    for (const id of [others, one]) await approve(id);
    await confirm(one, 'ann');
    await reject(two);
    expect((await take(answers, 2)).map(({ data }) => data.proposalDecided.activity)).toEqual([
      { type: 'APPROVED', knowledgeUnit: { id: one }, note: null },
      { type: 'REJECTED', knowledgeUnit: { id: two }, note: null },
    ]);
    await answers.return?.();
  });

  it('reviewers are told what waits, at once and when it changes', async () => {
    await using client = connect(server.people.reviewer.token);
    const answers = client.iterate({ query: 'subscription { reviewQueueChanged { count oldest { id } } }' });
    const [first] = await take(answers, 1);
    const { count } = first?.data.reviewQueueChanged ?? {};
    await propose(server.people.member);
    for (let told = count; told <= count; ) told = (await take(answers, 1))[0]?.data.reviewQueueChanged.count;
    await answers.return?.();
  });

  it('administrators are told what is audited', async () => {
    await using client = connect(server.people.admin.token);
    const { auditCursor } = await server.query('{ auditCursor }', {}, server.people.admin.token);
    const answers = client.iterate({
      query: `subscription ($after: String) { auditLogged(after: $after) { cursor entry { action target } } }`,
      variables: { after: auditCursor },
    });
    const id = await propose(server.people.member);
    await approve(id);
    for (;;) {
      const [told] = await take(answers, 1);
      const { action, target } = told?.data.auditLogged.entry ?? {};
      if (action === 'unit.approved' && target === id) break;
    }
    await answers.return?.();
  });

  it.each([
    ['reviewQueueChanged { count }', undefined, 'UNAUTHENTICATED'],
    ['reviewQueueChanged { count }', 'member', 'FORBIDDEN'],
    ['auditLogged { cursor }', 'reviewer', 'FORBIDDEN'],
    ['proposalDecided { cursor }', undefined, 'UNAUTHENTICATED'],
    ['knowledgeEvents(after: "nonsense") { cursor }', undefined, 'BAD_CURSOR'],
    ['knowledgeEvents(filter: { knowledgeUnitId: "x" }) { cursor }', undefined, 'BAD_USER_INPUT'],
  ] as const)('%s as %s is refused: %s', async (field, who, code) => {
    await using client = connect(who && server.people[who].token);
    const answers = client.iterate({ query: `subscription { ${field} }` });
    const answer = await answers.next().then(
      ({ value }) => value,
      (errors) => ({ errors }),
    );
    expect(answer.errors).toMatchObject([{ extensions: { code } }]);
  });

  it('a unit that is erased is told nothing of any more', async () => {
    const [gone, kept] = [await server.unit(), await server.unit()];
    const after = await now();
    // of one who was told before
    await using other = connect(server.people.reviewer.token);
    const others = other.iterate({ query: events, variables: { after, filter: { knowledgeUnitId: gone.id } } });
    const told = take(others, 1);
    await confirm(gone.id, 'ann');
    await confirm(kept.id, 'ann');
    await told;
    await server.store.erasures.erase(gone.id, { erasedAt: new Date(), erasedBy: null, reason: 'a test' });
    await using client = connect(server.people.reviewer.token);
    const answers = client.iterate({ query: events, variables: { after } });
    const [first] = await take(answers, 1);
    expect(first?.data.knowledgeEvents.activity.knowledgeUnit.id).toBe(kept.id);
    await answers.return?.();
    await others.return?.();
  });
});
