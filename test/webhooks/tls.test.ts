import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../../src/webhooks/post.ts';
import { has, lacks, unless } from '../left-out.ts';
import { type Authorities, type Certificate, openAuthorities } from '../postgres/certificates.ts';

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
});
