import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateUnits } from '../../bench/generate.ts';
import { exportUnits, importUnits } from '../../src/domain/export-import.ts';
import { findSecrets } from '../../src/domain/secret-scan.ts';
import { readTextLines } from '../../src/domain/text-lines.ts';
import { aUnit, startServer, type TestServer } from '../harness.ts';
import { call } from '../rest/client.ts';
import { graphqlTransport, mcpTransport, restTransport } from './transports.ts';

/** Characters that look drawn, the same ones each time; assembled here, so that no scanner finds a key in this file. */
const drawn = (length: number, from = 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA2bC4dD6eE8') =>
  Array.from({ length }, (_, at) => from[(at * 7 + 3) % from.length]).join('');
const hex = (length: number) => drawn(length, '0123456789abcdef');
const digits = (length: number) => drawn(length, '1234567890');
const pem = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

const fullwidth = (letter: string) => (letter === '_' ? letter : String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
const github = ['gh', `p_${drawn(36)}`].join('');
const keys: readonly (readonly [kind: string, key: string])[] = [
  ['aws', `aws_secret_access_key${' = '}${drawn(40)}`],
  ['github', github],
  ['github', `github${'_pat_'}${drawn(22)}_${drawn(59)}`],
  ['gitlab', `gl${'pat-'}${drawn(20)}`],
  ['slack', `xo${'xb-'}${digits(12)}-${digits(13)}-${drawn(24)}`],
  ['stripe', `sk${'_live_'}${drawn(24)}`],
  ['openai', `sk${'-proj-'}${drawn(74)}T3Blbk${'FJ'}${drawn(74)}`],
  ['anthropic', `sk${'-ant-api03-'}${drawn(93)}AA`],
  ['groq', `gs${'k_'}${drawn(52)}`],
  ['huggingface', `hf${'_'}${drawn(34, 'abcdefghijklmnopqrstuvwxyzABCDEFGH')}`],
  ['npm', `npm${'_'}${drawn(36)}`],
  ['sendgrid', `SG${'.'}${drawn(22)}.${drawn(43)}`],
  ['shopify', `shp${'at_'}${hex(32)}`],
  ['linear', `lin${'_api_'}${drawn(40)}`],
  ['notion', `nt${'n_'}${digits(11)}${drawn(35)}`],
  ['grafana', `gl${'sa_'}${drawn(32)}_${hex(8)}`],
  ['hashicorp-vault', `hv${'s.'}${drawn(95)}`],
  ['vercel', `vc${'p_'}${drawn(56)}`],
  ['databricks', `da${'pi'}${hex(32)}`],
  ['docker', `dckr${'_pat_'}${drawn(27)}`],
  ['figma', `fi${'gd_'}${drawn(40)}`],
  ['tailscale', `tskey${'-auth-'}${drawn(17)}-${drawn(32)}`],
  ['privatekey', pem()],
  ['basicauth', `https://deploy:${drawn(16)}@git.acme.io/x`],
  ['database-connection-string', `postgresql://app:${drawn(18)}@db.prod.acme.io:5432/app`],
  ['cq', `cqa${'.v1.'}${hex(32)}.${drawn(52, 'abcdefghijklmnopqrstuvwxyz234567')}`],
  ['google', `AI${'za'}${drawn(35)}`],
];

describe('what looks like a credential', () => {
  it.for(keys)('is found: %s', async ([kind, key]) => {
    const detail = `We exported TOKEN=${key} and it was in the log.`;
    const findings = await findSecrets(aUnit({ insight: { detail } }));
    expect(findings).toEqual([expect.objectContaining({ path: ['insight', 'detail'], kind })]);
    const [{ start, end } = { start: 0, end: 0 }] = findings;
    expect(detail.slice(start, end).trim()).toContain(key.split('@')[0]?.trim().slice(-12));
  });

  it('is found in every part of a lesson, also where a comment says to look away', async () => {
    const found = async (changes: Parameters<typeof aUnit>[0]) =>
      (await findSecrets(aUnit(changes))).map(({ path }) => path);
    const text = `/* secretlint-disable */ ${github}`;
    expect(await found({ insight: { summary: text, action: text } })).toEqual([
      ['insight', 'summary'],
      ['insight', 'action'],
    ]);
    expect(await found({ domains: ['a', github] })).toEqual([['domains', '1']]);
    expect(await found({ context: { languages: [github], frameworks: ['x', github], pattern: github } })).toEqual([
      ['context', 'pattern'],
      ['context', 'languages', '0'],
      ['context', 'frameworks', '1'],
    ]);
    expect(await found({ extensions: JSON.stringify({ 'a:b': github }) })).toEqual([['extensions']]);
  });

  it.for<[how: string, changes: Parameters<typeof aUnit>[0]]>([
    ['behind 100,000 UTF-16 units', { extensions: JSON.stringify({ 'a:b': `${'😀'.repeat(50_000)}${github}` }) }],
    ['after a line break of JSON', { extensions: JSON.stringify({ 'a:log': `line\n${github}` }) }],
    [
      'in JSON within JSON',
      { extensions: JSON.stringify({ 'a:b': JSON.stringify({ aws_secret_access_key: drawn(40) }) }) },
    ],
    ['in JSON within a text', { insight: { detail: `It logged "line\\n${github}\\u0020".` } }],
    ['with an invisible character in it', { insight: { detail: `${github.slice(0, 9)}\u200b${github.slice(9)}` } }],
    ['in fullwidth letters', { insight: { detail: github.replace(/\w/g, fullwidth) } }],
  ])('is found %s', async ([, changes]) => {
    const found = await findSecrets(aUnit(changes));
    expect(found).toEqual([expect.objectContaining({ kind: expect.stringMatching(/^(github|aws)$/) })]);
    // and hidden, where it stands or with all around it
    const [{ path, start, end } = { path: [], start: 0, end: 0 }] = found;
    if (path[0] === 'insight')
      expect(changes?.insight?.detail?.slice(start, end)).toContain(changes?.insight?.detail?.slice(-12));
  });

  it.for(['P-256', 'P-384', 'P-521', 'ed25519'])('is a private key of %s, also in JSON', async (curve) => {
    const { privateKey } =
      curve === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: curve });
    for (const type of ['pkcs8', ...(curve === 'ed25519' ? [] : ['sec1' as const])] as const) {
      const key = privateKey.export({ type, format: 'pem' }).toString();
      for (const detail of [key, JSON.stringify({ key })])
        expect(await findSecrets(aUnit({ insight: { detail } }))).toEqual([
          expect.objectContaining({ kind: 'privatekey' }),
        ]);
    }
  });

  it('counts as one where there are too many to tell apart', async () => {
    for (const part of [`${github} `, `gh${'s_1_'}a.`, 'postgres://ab:c1d2@h ']) {
      const unit = aUnit({ extensions: JSON.stringify({ 'a:b': part.repeat(1500) }) });
      const found = await findSecrets(unit);
      expect(found.map(({ path }) => path)).toContainEqual(['extensions']);
      expect(found.length).toBeLessThanOrEqual(5);
      for (const { start } of found) expect(start).toBe(0);
    }
  });

  it('is not found in the samples and in a thousand ordinary lessons', async () => {
    const samples = readFileSync(new URL('../../samples/units.jsonl', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    const contents = [
      ...samples.map((line) => aUnit(JSON.parse(line))),
      ...[...generateUnits(1000)].map(({ unit }) => unit),
      // what lessons about credentials say
      ...[
        'Set GITHUB_TOKEN and AWS_SECRET_ACCESS_KEY in the environment, never in the image.',
        'postgresql://user:password@localhost/db is the form of a URL; psql reads PGPASSWORD.',
        'A key begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----.',
        `The commit ${hex(40)} broke it; the digest is sha256:${hex(64)}.`,
        'Use api_key = os.environ["API_KEY"], and xoxb tokens from a vault.',
        'Clone with https://user:pass@example.com/x, https://user:token@git.acme.io/x or http://proxyuser:proxypass@proxy:8080.',
        'postgres://postgres:mysecretpassword@db.acme.io:5432/app and mysql://root:changeme@db.acme.io/app are what images come with.',
        'mongodb+srv://<user>:<password>@cluster0.acme.mongodb.net, mysql://root:****@db.acme.io, https://bob:k3y9@git.example.com/x.',
        `The form is gh${'p_'}${'x'.repeat(36)}, gl${'pat-'}${'X'.repeat(20)}, AKIA${'IOSFODNN7EXAMPLE'} or 550e8400-e29b-41d4-a716-446655440000.`,
        `Slack has xo${'xb-your-token-here'}, and hooks.slack.com${'/services/T00000000/B00000000/'}${'X'.repeat(24)}.`,
      ].map((detail) => aUnit({ insight: { detail } })),
    ];
    expect(contents.length).toBeGreaterThan(1010);
    const found = [];
    for (const content of contents) found.push(...(await findSecrets(content)));
    expect(found).toEqual([]);
  });

  it('is looked for in time that hostile texts do not stretch', async () => {
    await findSecrets(aUnit());
    const parts = [
      'a',
      '-',
      'http://a:',
      '-----BEGIN PRIVATE KEY-----',
      'AKIA',
      ' ',
      'aws_secret_access_key = ',
      'xoxb-',
      'eyJ',
      '\n',
      'cqa.v1.',
      'mongodb://',
      'ghs_1_',
      `${'ghs_1_'.repeat(160)}.${'a'.repeat(10_000)}`,
      'SG.a.',
      '\\',
      '\\n',
      '\u200b',
      '\u0301',
    ];
    for (const part of parts) {
      const extensions = part.repeat(Math.ceil(65_536 / part.length)).slice(0, 65_536);
      const begun = process.cpuUsage();
      await findSecrets(aUnit({ extensions, insight: { detail: part.repeat(8000).slice(0, 8000) } }));
      const { user, system } = process.cpuUsage(begun);
      expect([part, (user + system) / 1000]).toEqual([part, expect.toSatisfy((ms: number) => ms < 1000)]);
    }
  });
});

describe('a proposal with a credential', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const lesson = {
    domains: ['api'],
    summary: 'A lesson',
    detail: `It was ${github} in the log.`,
    action: 'Rotate it.',
  };
  const queue =
    '{ reviewQueue(first: 100) { nodes { id insight { detail } heldSecrets { path kind } secretsReleasedBy { username } } } }';
  const inQueue = async (id: string) =>
    (await server.query(queue, {}, server.people.reviewer.token)).reviewQueue.nodes.find(
      (unit: { id: string }) => unit.id === id,
    );
  const mutate = async (name: string, input: object) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const mutation = `mutation ($input: ${type}!) { ${name}(input: $input) { knowledgeUnit { status insight { detail } } userErrors { code } } }`;
    return (await server.query(mutation, { input }, server.people.reviewer.token))[name];
  };
  const mutateOf = async (name: string, input: object) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const mutation = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code path message } } }`;
    return (await server.query(mutation, { input }, server.people.reviewer.token))[name].userErrors;
  };
  const held = async () => {
    const { domains, ...insight } = lesson;
    const answer = await call(server, {
      method: 'POST',
      path: '/knowledge',
      credential: server.people.member.key,
      body: { domains, insight },
    });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  };

  it('is refused over GraphQL and MCP, with path and kind and without the value', async () => {
    const { domains, ...insight } = lesson;
    const before = await server.store.units.count({});
    const mutation = `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) {
      userErrors { __typename code path message ... on SecretError { kind } } } }`;
    const { body } = await server.send(
      { query: mutation, variables: { input: { domains, insight } } },
      server.people.member.key,
    );
    expect(body.data.proposeKnowledgeUnit.userErrors).toEqual([
      {
        ...{ __typename: 'SecretError', code: 'SECRET_FOUND', path: ['insight', 'detail'], kind: 'github' },
        message: expect.stringMatching(
          /^insight\.detail must not hold credentials: it has what looks like one \(github\)/,
        ),
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(github.slice(4));
    expect(await mcpTransport(server).propose(lesson, server.people.member.key)).toBe('SECRET_FOUND');
    expect(await server.store.units.count({})).toBe(before);
  });

  it('is taken over REST and held: shown with dots, not found by it, not approved, but rejected', async () => {
    const id = await held();
    expect(await inQueue(id)).toEqual({
      ...{ id, heldSecrets: [{ path: ['insight', 'detail'], kind: 'github' }], secretsReleasedBy: null },
      insight: { detail: `It was ${'•'.repeat(github.length)} in the log.` },
    });
    const review = await call(server, { path: `/review/${id}`, credential: server.people.reviewer.token });
    expect(review.text).not.toContain(github.slice(4));
    const search = { text: github, filter: { statuses: ['pending'] as const }, limit: 9 };
    expect((await server.store.units.search(search)).hits).toEqual([]);
    expect(await graphqlTransport(server).decide(id, 'approve', server.people.reviewer.token)).toBe('HELD id');
    expect(await restTransport(server).decide(id, 'approve', server.people.reviewer.token)).toBe('409');
    expect(await server.store.units.find(id)).toMatchObject({ status: 'pending' });
    expect(await graphqlTransport(server).decide(id, 'reject', server.people.reviewer.token)).toBe('ok');
  });

  it('is not approved in the place of another unit, nor among many', async () => {
    const [id, old] = [await held(), await server.unit()];
    const refused = await mutate('approveKnowledgeUnit', { id, supersedesId: old.id });
    expect(refused.userErrors).toEqual([{ code: 'HELD' }]);
    const bulk = await server.query(
      `mutation ($ids: [ID!]) { reviewKnowledgeUnits(input: { decision: APPROVE, ids: $ids }) {
        results { userErrors { code } } } }`,
      { ids: [id] },
      server.people.reviewer.token,
    );
    expect(bulk.reviewKnowledgeUnits.results).toEqual([{ userErrors: [{ code: 'HELD' }] }]);
    const statuses = (await server.store.units.findMany([id, old.id])).map((unit) => unit?.status);
    expect(statuses).toEqual(['pending', 'approved']);
  });

  it('is shown whole and approved once a reviewer has released it', async () => {
    const id = await held();
    // which the audit log would keep
    const reason = `${github} is an example.`;
    expect(await mutateOf('releaseKnowledgeUnit', { id, reason })).toEqual([
      { code: 'SECRET_FOUND', path: ['reason'], message: expect.not.stringContaining(github.slice(4)) },
    ]);
    expect(await mutate('releaseKnowledgeUnit', { id, reason: 'An example.' })).toEqual({
      knowledgeUnit: { status: 'PENDING', insight: { detail: lesson.detail } },
      userErrors: [],
    });
    expect(await inQueue(id)).toMatchObject({
      secretsReleasedBy: { username: 'rob' },
      insight: { detail: lesson.detail },
    });
    expect((await mutate('releaseKnowledgeUnit', { id })).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
    expect(await graphqlTransport(server).decide(id, 'approve', server.people.reviewer.token)).toBe('ok');
  });

  it('is approved once it is amended, and no earlier version has the credential', async () => {
    const id = await held();
    const again = await mutate('amendKnowledgeUnit', {
      id,
      version: 1,
      insight: { detail: 'None.', action: `Use ${github}.` },
    });
    expect(again.userErrors).toEqual([{ code: 'SECRET_FOUND' }]);
    const amended = await mutate('amendKnowledgeUnit', {
      id,
      version: 1,
      insight: { detail: 'It was in the log.' },
      approve: true,
    });
    expect(amended).toMatchObject({ knowledgeUnit: { status: 'APPROVED' }, userErrors: [] });
    const versions = await server.store.revisions.ofUnit(id);
    expect(versions.length).toBeGreaterThan(0);
    expect(JSON.stringify(versions)).not.toContain(github.slice(4));
  });

  it('keeps what it says when other fields are amended, until it is said anew or released', async () => {
    const id = await held();
    const amend = (input: object) => mutateOf('amendKnowledgeUnit', { id, version: 1, ...input });
    for (const change of [{ domains: ['else'] }, { domains: ['else'], approve: true }])
      expect(await amend(change)).toEqual([
        {
          ...{ code: 'INVALID_INPUT', path: ['insight', 'detail'] },
          message: expect.stringMatching(/^insight\.detail must be sent as it is to be.*\(github\)/),
        },
      ]);
    const shown = `It was ${'•'.repeat(github.length)} in the log.`;
    expect(await amend({ domains: ['else'], insight: { detail: shown } })).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await mutate('releaseKnowledgeUnit', { id })).knowledgeUnit.insight.detail).toBe(lesson.detail);
    // what was released may stay, and nothing else may come in
    const second = `gl${'pat-'}${drawn(20)}`;
    expect(await amend({ insight: { action: second } })).toMatchObject([{ code: 'SECRET_FOUND' }]);
    expect(await amend({ domains: ['else'] })).toEqual([]);
    expect(await mutateOf('amendKnowledgeUnit', { id, version: 2, domains: ['then'], approve: true })).toEqual([]);
    const suggest = (insight: object) => mutateOf('suggestRevision', { id, version: 3, insight });
    expect(await suggest({ summary: second })).toMatchObject([{ code: 'SECRET_FOUND' }]);
    expect(await suggest({ summary: 'Better' })).toEqual([]);
  });

  it('does not come in as the reason of a change either', async () => {
    const { id } = await server.unit();
    const change = { id, version: 1, insight: { detail: 'It was in the log.' }, reason: `It said ${github}.` };
    for (const name of ['amendKnowledgeUnit', 'suggestRevision'])
      expect(await mutateOf(name, change)).toEqual([
        { code: 'SECRET_FOUND', path: ['reason'], message: expect.not.stringContaining(github.slice(4)) },
      ]);
    expect(await server.store.revisions.ofUnit(id)).toEqual([]);
  });

  it('is exported and imported with its versions once it was released and amended', async () => {
    const id = await held();
    expect(await mutateOf('releaseKnowledgeUnit', { id })).toEqual([]);
    expect(await mutateOf('amendKnowledgeUnit', { id, version: 1, domains: ['x'], approve: true })).toEqual([]);
    const gone = { id, version: 2, insight: { detail: 'It was in the log.' }, reason: 'Shorter.' };
    expect(await mutateOf('amendKnowledgeUnit', gone)).toEqual([]);
    const linesOf = async (store: TestServer['store']) =>
      (await Array.fromAsync(exportUnits(store))).filter((one) => one.id === id).map(({ line }) => line);
    const [text = ''] = await linesOf(server.store);
    await using other = await startServer();
    const refused: string[] = [];
    const watch = { progress: () => {}, refused: (_line: number, reason: string) => refused.push(reason) };
    const file = (async function* () {
      yield Buffer.from(text);
    })();
    await importUnits(other.store, readTextLines(file), watch, true);
    expect(refused).toEqual([]);
    expect(await linesOf(other.store)).toEqual([text]);
  });

  it('has extensions that are held sent anew or removed', async () => {
    const { domains, ...insight } = { ...lesson, detail: 'Nothing here.' };
    const body = { domains, insight, extensions: { 'a:b': github } };
    const posted = await call(server, {
      method: 'POST',
      path: '/knowledge',
      credential: server.people.member.key,
      body,
    });
    const { id } = posted.body;
    expect(await mutateOf('amendKnowledgeUnit', { id, version: 1, domains: ['x'] })).toMatchObject([
      { path: ['extensions'] },
    ]);
    expect(await mutateOf('amendKnowledgeUnit', { id, version: 1, extensions: {}, domains: ['x'] })).toEqual([]);
    expect(await server.store.units.find(id)).toMatchObject({ extensions: null, domains: ['x'] });
  });

  it('is told to be decided over already where it was rejected', async () => {
    const id = await held();
    expect(await graphqlTransport(server).decide(id, 'reject', server.people.admin.token)).toBe('ok');
    expect(await graphqlTransport(server).decide(id, 'approve', server.people.reviewer.token)).toBe(
      'ALREADY_REVIEWED id',
    );
    const path = `/review/${id}/approve`;
    const answer = await call(server, { method: 'POST', path, credential: server.people.reviewer.token });
    expect([answer.status, answer.body.detail]).toEqual([409, 'Knowledge unit already rejected']);
  });

  it('is not reinstated while an import has it held', async () => {
    const findings = [{ path: ['insight', 'detail'], kind: 'github', start: 7, end: 7 + github.length }];
    const withdrawal = { withdrawnBy: 'ann', withdrawnAt: new Date(), reason: 'r' };
    const insight = { detail: lesson.detail };
    const { id } = await server.unit({ status: 'retired', withdrawal, held: { findings, releasedBy: null }, insight });
    const reinstate = () => mutateOf('reinstateKnowledgeUnit', { id, reason: 'Right after all.' });
    expect(await reinstate()).toMatchObject([{ code: 'HELD' }]);
    expect(await mutateOf('releaseKnowledgeUnit', { id })).toEqual([]);
    expect(await reinstate()).toEqual([]);
  });

  it('is taken like any other with CQ_SECRET_SCAN=off', async () => {
    await using other = await startServer({ CQ_SECRET_SCAN: 'off' });
    for (const transport of [graphqlTransport(other), restTransport(other), mcpTransport(other)])
      expect(await transport.propose(lesson, other.people.member.key)).toBe('ok');
    const [unit] = (await other.store.units.list({}, { field: 'createdAt', direction: 'asc' }, { limit: 1 })).items;
    expect(unit).toMatchObject({ insight: { detail: lesson.detail } });
    expect(unit?.held).toBeUndefined();
  });
});
