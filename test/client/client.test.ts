import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ApproveDocument,
  ConfirmDocument,
  createClient,
  FlagDocument,
  ProposeDocument,
  RejectDocument,
  RequestError,
  ReviewQueueDocument,
  SearchDocument,
  SignInDocument,
  StatsDocument,
} from '../../src/client/index.ts';
import { password, startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const insight = { summary: 'Pin the runner image', detail: 'The latest one changes.', action: 'Name a version.' };

describe('the client', () => {
  it('proposes, reviews, searches, confirms and flags', async () => {
    const agent = createClient({ url: `${server.url}/`, credential: server.people.member.key });
    let token: string | null | undefined;
    const reviewer = createClient({ url: server.url, credential: () => token });
    const { signIn } = await reviewer.request(SignInDocument, { input: { username: 'rob', password } });
    token = signIn?.token;

    const input = { domains: ['ci'], insight, context: { languages: ['yaml'] } };
    const { proposeKnowledgeUnit: proposed } = await agent.request(ProposeDocument, { input });
    const id = proposed?.knowledgeUnit?.id ?? expect.fail();
    const { proposeKnowledgeUnit: turnedDown } = await agent.request(ProposeDocument, { input });
    const { reviewQueue } = await reviewer.request(ReviewQueueDocument);
    expect(reviewQueue?.nodes).toMatchObject([{ id, proposedBy: { username: 'mia' } }, { insight }]);
    const { approveKnowledgeUnit: approved } = await reviewer.request(ApproveDocument, { input: { id } });
    expect(approved?.knowledgeUnit?.status).toBe('APPROVED');
    const other = { id: turnedDown?.knowledgeUnit?.id ?? '' };
    const { rejectKnowledgeUnit: rejected } = await reviewer.request(RejectDocument, { input: other });
    expect(rejected?.knowledgeUnit?.status).toBe('REJECTED');
    const again = await reviewer.request(ApproveDocument, { input: { id } });
    expect(again.approveKnowledgeUnit?.userErrors).toMatchObject([{ code: 'ALREADY_REVIEWED' }]);

    const { search } = await createClient({ url: server.url }).request(SearchDocument, { text: 'runner image' });
    expect(search?.edges.map(({ node }) => node)).toMatchObject([{ id, insight, context: { languages: ['yaml'] } }]);
    const { confirmKnowledgeUnit: confirmed } = await agent.request(ConfirmDocument, { input: { id } });
    expect(confirmed?.knowledgeUnit?.evidence.confirmations).toBe(2);
    const { flagKnowledgeUnit: flagged } = await agent.request(FlagDocument, { input: { id, reason: 'STALE' } });
    expect(flagged?.knowledgeUnit?.flagCounts).toEqual([{ reason: 'STALE', count: 1 }]);
    expect((await agent.request(StatsDocument)).stats?.domainCounts).toEqual([{ domain: 'ci', count: 1 }]);
  });

  it('runs operations of its user', async () => {
    const { serverInfo } = await createClient({ url: server.url }).request<
      { serverInfo: { publicRead: boolean } },
      Record<string, never>
    >('{ serverInfo { publicRead } }');
    expect(serverInfo).toEqual({ publicRead: true });
  });

  it('rejects with the code of an error', async () => {
    const anonymous = createClient({ url: server.url });
    await expect(anonymous.request(ConfirmDocument, { input: { id: 'ku_1' } })).rejects.toMatchObject({
      name: 'RequestError',
      status: 200,
      code: 'UNAUTHENTICATED',
    });
    const stranger = createClient({ url: server.url, credential: 'cqa.v1.x.y' });
    await expect(stranger.request(StatsDocument)).rejects.toMatchObject({ status: 401, message: 'Invalid API key.' });
  });

  it('rejects what is not an answer of the API', async () => {
    const proxy = createServer((_req, res) => res.writeHead(502).end('<html>Bad gateway</html>'));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const failure = createClient({ url: `http://127.0.0.1:${port}` }).request(StatsDocument);
    await expect(failure).rejects.toEqual(new RequestError(502, []));
    await expect(failure).rejects.toMatchObject({ message: 'the server answered with 502', code: undefined });
    proxy.close();
  });
});
