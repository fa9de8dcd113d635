import { request } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decompress } from '../../src/http/content-encoding.ts';
import { startServer, type TestServer } from '../harness.ts';

const limit = 4096;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_BODY_BYTES: String(limit) });
});
afterAll(() => server[Symbol.asyncDispose]());

const lesson = { summary: 'Größe zählt ✓', detail: 'What happened.', action: 'What to do.' };
/** Of each API: what it is sent, and that its answer shows that it was read. */
const apis = {
  GraphQL: { path: '/graphql', body: { query: '{ __typename }' }, read: '"__typename":"Query"' },
  REST: { path: '/api/v1/knowledge', body: { domains: ['api'], insight: lesson }, read: lesson.summary },
  MCP: { path: '/mcp', body: { jsonrpc: '2.0', id: 1, method: 'tools/list' }, read: '"propose"' },
} as const;
const names = Object.keys(apis) as (keyof typeof apis)[];

async function send(api: keyof typeof apis, body: Buffer, encoding: string | null, more: Record<string, string> = {}) {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json, text/event-stream',
    authorization: `Bearer ${server.people.member.key}`,
    ...(encoding !== null && { 'content-encoding': encoding }),
    ...more,
  };
  const answer = await fetch(server.url + apis[api].path, { method: 'POST', body: new Uint8Array(body), headers });
  return { status: answer.status, accepts: answer.headers.get('accept-encoding'), text: await answer.text() };
}

const textOf = (api: keyof typeof apis) => Buffer.from(JSON.stringify(apis[api].body));
/** JSON of exactly so many bytes. */
const padded = (api: keyof typeof apis, bytes: number) => {
  const text = textOf(api);
  return Buffer.concat([text, Buffer.alloc(bytes - text.length, ' ')]);
};

describe.for(names)('a compressed body, to %s,', (api) => {
  it.for([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    [' gzip ', gzipSync],
    ['identity, gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (body: Buffer) => body],
    ['', (body: Buffer) => body],
  ] as const)('is read: %j', async ([encoding, compress]) => {
    const { status, text } = await send(api, compress(textOf(api)), encoding);
    expect([status, text]).toEqual([
      expect.toSatisfy((s) => s === 200 || s === 201),
      expect.stringContaining(apis[api].read),
    ]);
  });

  it('in several parts is read', async () => {
    const text = textOf(api);
    const body = Buffer.concat([gzipSync(text.subarray(0, 10)), gzipSync(text.subarray(10))]);
    expect((await send(api, body, 'gzip')).text).toContain(apis[api].read);
  });

  it.for(['zstd', 'compress', 'gzip, gzip', 'br, gzip', 'x', '__proto__', 'x'.repeat(5000)])(
    'of another encoding is refused with those that there are: %s',
    async (encoding) => {
      const { status, accepts, text } = await send(api, gzipSync(textOf(api)), encoding);
      expect([status, accepts]).toEqual([415, 'gzip, deflate, br']);
      const got = JSON.stringify(encoding.slice(0, 100)).slice(1, -1);
      expect(text).toContain(`The content encoding must be one of gzip, deflate, br or identity, got ${got}.`);
    },
  );

  it.for<[string, string, (body: Buffer) => Buffer]>([
    ['no gzip', 'gzip', (body) => body],
    ['cut short', 'gzip', (body) => gzipSync(body).subarray(0, -10)],
    ['damaged', 'gzip', (body) => gzipSync(body).fill(0xff, 12, 20)],
    ['one byte', 'gzip', () => Buffer.from([0x1f])],
    ['gzip as deflate', 'deflate', (body) => gzipSync(body)],
    ['deflate without its header', 'deflate', (body) => deflateRawSync(body)],
    ['cut short', 'br', (body) => brotliCompressSync(body).subarray(0, -3)],
    ['gzip as br', 'br', (body) => gzipSync(body)],
  ])('that is %s (%s) is refused', async ([, encoding, spoil]) => {
    const { status, text } = await send(api, spoil(textOf(api)), encoding);
    expect([status, text]).toEqual([
      400,
      expect.stringContaining(`The body is not valid ${encoding}, or is cut short.`),
    ]);
  });

  it('may have as many bytes as the limit once it is decompressed, and not one more', async () => {
    expect((await send(api, gzipSync(padded(api, limit)), 'gzip')).status).toBeLessThan(300);
    for (const size of [limit + 1, 1_000_000])
      for (const [encoding, compress] of [
        ['gzip', gzipSync],
        ['br', brotliCompressSync],
      ] as const) {
        const { status, text } = await send(api, compress(padded(api, size)), encoding);
        expect([status, text]).toEqual([413, expect.stringContaining(`decompressed, must be at most ${limit} bytes.`)]);
      }
    // and before that as many
    const random = Buffer.from(Array.from({ length: 3 * limit }, (_, at) => (at * at * 31 + (at >> 3)) % 251));
    expect((await send(api, gzipSync(random), 'gzip')).status).toBe(413);
  });

  it('in another charset is refused', async () => {
    for (const charset of ['latin1', 'utf-16', '"iso-8859-1"']) {
      const { status, text } = await send(api, textOf(api), null, {
        'content-type': `application/json; charset=${charset}`,
      });
      expect([status, text]).toEqual([415, expect.stringContaining('The charset must be utf-8, got ')]);
    }
    const { status, text } = await send(api, gzipSync(Buffer.from('{"a":"ü"}', 'latin1')), 'gzip');
    expect([status, text]).toEqual([400, expect.stringContaining('The body is not valid UTF-8.')]);
  });

  it('is sent once the server says so, where the client asks', async () => {
    const body = textOf(api);
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      authorization: `Bearer ${server.people.member.key}`,
      expect: '100-continue',
    };
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request(server.url + apis[api].path, { method: 'POST', headers, agent: false });
      sent.on('continue', () => sent.end(body));
      sent.on('response', async (answer) => resolve(Buffer.concat(await answer.toArray()).toString()));
      sent.on('error', reject).flushHeaders();
    });
    expect(text).toContain(apis[api].read);
  });
});

describe('decompressing', () => {
  it('makes no more than the limit, of many at once', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const all = await Promise.all(Array.from({ length: 20 }, () => decompress(bomb, 'gzip', 1000)));
    expect(all.map((one) => !Buffer.isBuffer(one) && one.status)).toEqual(Array(20).fill(413));
    expect(await decompress(gzipSync('x'.repeat(1000)), 'gzip', 1000)).toEqual(Buffer.from('x'.repeat(1000)));
  });

  it('of nothing is nothing, whatever it claims to be', async () => {
    for (const encoding of ['gzip', 'zstd', undefined])
      expect(await decompress(Buffer.alloc(0), encoding, 1000)).toEqual(Buffer.alloc(0));
  });
});
