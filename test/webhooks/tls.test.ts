import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../../src/webhooks/post.ts';
import { has, lacks, unless } from '../left-out.ts';
import { type Authorities, type Certificate, openAuthorities } from '../postgres/certificates.ts';
import { post as ask, run, startProcess, temporaryFolder } from '../process.ts';

const withOpenssl = unless(!has('openssl'), lacks.openssl);
let authorities: Authorities;

beforeAll(() => {
  if (has('openssl')) authorities = openAuthorities(null);
});
afterAll(() => authorities?.[Symbol.dispose]());

/** What a post gets from a receiver with this certificate. */
async function postTo({ certificate, key }: Certificate, host: string): Promise<unknown> {
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_request, response) =>
    response.writeHead(204).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await post(`https://${host}:${(server.address() as AddressInfo).port}/`, {}, '{}', {
      ...{ reachable: { http: false, networks: ['127.0.0.0/8'] }, timeoutMs: 20_000 },
      ...{ signal: new AbortController().signal, resolve: async () => [{ address: '127.0.0.1', family: 4 }] },
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('a receiver over TLS', withOpenssl, () => {
  it('must have a certificate that is trusted', async () => {
    const own = authorities.issue(authorities.authority('nobody'), 'hooks.example', { names: 'DNS:hooks.example' });
    await expect(postTo(own, 'hooks.example')).rejects.toThrow(
      'The receiver cannot be reached: UNABLE_TO_VERIFY_LEAF_SIGNATURE.',
    );
    await expect(postTo(authorities.authority('hooks.example'), 'hooks.example')).rejects.toThrow(
      'The receiver cannot be reached: DEPTH_ZERO_SELF_SIGNED_CERT.',
    );
  });

  it('is sent to where its authority is one that the process was given', async () => {
    await using resources = new AsyncDisposableStack();
    const authority = authorities.authority('our own');
    const { certificate, key } = authorities.issue(authority, 'localhost', { names: 'DNS:localhost' });
    const delivered = Promise.withResolvers<{ readonly headers: object; readonly body: string }>();
    const receiver = createServer(
      { cert: readFileSync(certificate), key: readFileSync(key) },
      async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        response.writeHead(204).end();
        delivered.resolve({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      },
    );
    await new Promise<void>((resolve) => receiver.listen(0, 'localhost', resolve));
    resources.defer(() => void receiver.close());
    const folder = resources.use(temporaryFolder());
    const environment = {
      ...{ CQ_DB_PATH: folder.file('cq.db'), CQ_WEBHOOK_NETWORKS: '127.0.0.0/8,::1/128', CQ_LOG_LEVEL: 'warn' },
      NODE_EXTRA_CA_CERTS: authority.certificate,
    };
    const server = await startProcess(environment);
    resources.defer(async () => void (await server.stop('SIGKILL')));
    await run(['user', 'add', 'ann', '--role', 'admin', '--password-stdin'], environment, 'a long password');
    const signIn = 'mutation { signIn(input: { username: "ann", password: "a long password" }) { token } }';
    const { token } = (await ask(server.url, signIn)).data.signIn;
    const url = `https://localhost:${(receiver.address() as AddressInfo).port}/in`;
    const made = await ask(
      server.url,
      'mutation ($url: String!) { createWebhook(input: { name: "ours", url: $url, document: "subscription { knowledgeEvents { activity { type } } }" }) { secret userErrors { message } } }',
      { url },
      token,
    );
    await ask(
      server.url,
      'mutation { proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } } }',
      {},
      token,
    );
    const { headers, body } = await delivered.promise;
    new Verifier(made.data.createWebhook.secret).verify(body, headers as Record<string, string>);
    expect(JSON.parse(body).data).toEqual({ knowledgeEvents: { activity: { type: 'PROPOSED' } } });
  });
});
