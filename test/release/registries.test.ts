import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { announcements } from '../../scripts/release/readmes.ts';
import { finished, start, temporaryFolder } from '../process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const script = (name: string, ...args: string[]) =>
  finished(start(args, {}, [process.execPath, join(root, `scripts/release/${name}.ts`)]));

/** A server for as long as a test takes. */
async function serve(answer: (req: IncomingMessage, res: ServerResponse, body: Buffer) => void) {
  const asked: string[] = [];
  const server = createServer(async (req, res) => {
    asked.push(`${req.method} ${req.url}`);
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part);
    answer(req, res, Buffer.concat(parts));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A registry of npm, as far as it is asked here: it has what was put into it, by name and version. */
const npmRegistry = (versions: Map<string, object>) =>
  serve((req, res, body) => {
    const path = decodeURIComponent(req.url ?? '').slice(1);
    if (req.method === 'PUT')
      for (const [version, manifest] of Object.entries<object>(JSON.parse(body.toString()).versions))
        versions.set(`${path}/${version}`, manifest);
    const found = req.method === 'PUT' ? {} : versions.get(path);
    res.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}));
  });

/** A tarball with a manifest and nothing else. */
function tarball(name: string, version: string): Buffer {
  const manifest = Buffer.from(JSON.stringify({ name, version }));
  const header = Buffer.alloc(512);
  header.write('package/package.json', 0);
  header.write('000644 \0', 100);
  header.write(`${manifest.length.toString(8).padStart(11, '0')} `, 124);
  header.write('00000000000 ', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (manifest.length % 512)) % 512);
  return gzipSync(Buffer.concat([header, manifest, padding, Buffer.alloc(1024)]));
}

describe('publishing', () => {
  it('goes on where it stopped, and never puts other contents under a version', async () => {
    using folder = temporaryFolder();
    const versions = new Map<string, { dist?: { integrity?: string } }>();
    await using registry = await npmRegistry(versions);
    const file = folder.file('cq-client-1.2.3-rc.1.tgz');
    writeFileSync(file, tarball('cq-client', '1.2.3-rc.1'));
    // npm sends nothing without a token, whatever it is
    writeFileSync(folder.file('npmrc'), `${registry.url.replace('http:', '')}/:_authToken=none\n`);
    const publish = () =>
      finished(
        start(['--registry', registry.url, file], { npm_config_userconfig: folder.file('npmrc') }, [
          process.execPath,
          join(root, 'scripts/release/publish.ts'),
        ]),
      );
    expect(await publish()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('cq-client 1.2.3-rc.1 is published'),
    });
    const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    expect(versions.get('cq-client/1.2.3-rc.1')?.dist?.integrity).toBe(integrity);
    expect(registry.asked.filter((each) => each.startsWith('PUT'))).toEqual(['PUT /cq-client']);

    expect(await publish()).toMatchObject({ code: 0, stdout: expect.stringContaining('already') });
    versions.set('cq-client/1.2.3-rc.1', { dist: { integrity: 'sha512-other' } });
    expect(await publish()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('with other contents: sha512-other'),
    });
    expect(registry.asked.filter((each) => each.startsWith('PUT'))).toHaveLength(1);
    expect((await script('publish', 'another-1.0.0.tgz')).stderr).toContain('is no tarball of cq-server or cq-client');
  });
});

describe('announcing', () => {
  it('names what the registry has in this version, and nothing else', async () => {
    using folder = temporaryFolder();
    for (const { file } of announcements) {
      mkdirSync(join(folder.path, file, '..'), { recursive: true });
      cpSync(join(root, file), folder.file(file));
    }
    const versions = new Map<string, object>([['cq-server/1.0.0', { version: '1.0.0' }]]);
    await using registry = await npmRegistry(versions);
    const announce = (...args: string[]) =>
      script('announce', ...args, '--registry', registry.url, '--root', folder.path);
    const read = () => announcements.map(({ file }) => readFileSync(folder.file(file), 'utf8'));
    const before = read();

    expect(await announce('2.0.0')).toMatchObject({ code: 1, stderr: expect.stringContaining('cq-server, cq-client') });
    expect(read()).toEqual(before);
    versions.set('cq-server/2.0.0', { version: '2.0.0' });
    expect(await announce('2.0.0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not named: cq-client\n'),
    });
    expect(read()).toEqual([expect.stringContaining('\nnpx cq-server\n'), before[1]]);
    // it may take a while until a registry shows what it has
    const late = announce('2.0.0', '--wait', '30');
    versions.set('cq-client/2.0.0', { version: '2.0.0' });
    expect(await late).toMatchObject({ code: 0, stderr: '' });
    expect(read()[1]).toContain('\nnpm install cq-client\n');
    expect(await announce('2.0.0')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('names nothing while the registry does not answer', async () => {
    await using registry = await serve((_, res) => res.writeHead(503).end());
    const { code, stderr } = await script('announce', '2.0.0', '--registry', registry.url, '--root', '/nowhere');
    expect([code, stderr]).toEqual([1, expect.stringContaining('answered 503')]);
  });
});

describe('base images', () => {
  const index = (...architectures: string[]) =>
    JSON.stringify({ manifests: architectures.map((architecture) => ({ platform: { os: 'linux', architecture } })) });
  const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

  /** A registry of images that gives a token to everybody, and has these under their tags and digests. */
  const imageRegistry = (tags: Record<string, string>) =>
    serve((req, res) => {
      const { pathname, searchParams } = new URL(req.url ?? '', 'http://registry');
      if (pathname === '/token') return res.end(JSON.stringify({ token: `for ${searchParams.get('scope')}` }));
      const [, repository, reference = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(pathname) ?? [];
      const scope = `repository:${repository}:pull`;
      if (req.headers.authorization !== `Bearer for ${scope}`)
        return res
          .writeHead(401, {
            'www-authenticate': `Bearer realm="http://${req.headers.host}/token",service="r",scope="${scope}"`,
          })
          .end();
      const text =
        tags[`${repository}:${reference}`] ?? Object.values(tags).find((each) => digestOf(each) === reference);
      if (text === undefined) return res.writeHead(404).end();
      return res.writeHead(200, { 'docker-content-digest': digestOf(text) }).end(text);
    });

  const dockerfile =
    'FROM --platform=$BUILDPLATFORM node:24-slim AS build\nRUN true\nFROM build AS other\nFROM quay.io/some/base:1\nCOPY --from=build a b\n';

  it('get the digests that their tags have, and keep those that they have', async () => {
    using folder = temporaryFolder();
    const file = folder.file('Dockerfile');
    writeFileSync(file, dockerfile);
    const tags: Record<string, string> = {
      'library/node:24-slim': index('amd64', 'arm64', 's390x'),
      'some/base:1': index('arm64', 'amd64'),
    };
    const [node = '', base = ''] = Object.values(tags).map(digestOf);
    await using registry = await imageRegistry(tags);
    const bases = (...args: string[]) => script('bases', '--dockerfile', file, '--registry', registry.url, ...args);

    expect(await bases()).toMatchObject({ code: 1, stderr: expect.stringContaining(`node:24-slim has no digest`) });
    expect(await bases('--write')).toMatchObject({ code: 0, stderr: '' });
    const pinned = dockerfile.replace('node:24-slim', `node:24-slim@${node}`).replace('base:1', `base:1@${base}`);
    expect(readFileSync(file, 'utf8')).toBe(pinned);
    expect(await bases()).toEqual({
      code: 0,
      stdout: `node:24-slim@${node}\nquay.io/some/base:1@${base}\n`,
      stderr: '',
    });

    const renewed = index('amd64', 'arm64');
    tags['library/node:24-slim'] = renewed;
    tags['library/node:older'] = index('amd64', 'arm64', 's390x');
    expect((await bases('--write')).stdout).toContain(`node:24-slim@${node}; the tag is ${digestOf(renewed)} by now`);
    expect(readFileSync(file, 'utf8')).toBe(pinned);
    expect((await bases('--update')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(pinned.replace(node, digestOf(renewed)));
  });

  it.for([
    ['are refused where they lack a platform', index('amd64'), 'is not there for linux/arm64'],
    ['are refused where they are for one platform and no index', '{}', 'is not there for linux/amd64 and linux/arm64'],
    ['are refused where they are not there', undefined, 'answered 404'],
  ] as const)('%s', async ([, text, problem]) => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('Dockerfile'), 'FROM node:24-slim\n');
    await using registry = await imageRegistry(text === undefined ? {} : { 'library/node:24-slim': text });
    const outcome = await script(
      'bases',
      '--dockerfile',
      folder.file('Dockerfile'),
      '--registry',
      registry.url,
      '--write',
    );
    expect([outcome.code, outcome.stderr]).toEqual([1, expect.stringContaining(problem)]);
    expect(readFileSync(folder.file('Dockerfile'), 'utf8')).toBe('FROM node:24-slim\n');
  });

  it('are refused where a registry sends something else than it was asked for', async () => {
    using folder = temporaryFolder();
    const asked = digestOf('what was asked for');
    writeFileSync(folder.file('Dockerfile'), `FROM node:24-slim@${asked}\n`);
    await using registry = await serve((_, res) => res.end(index('amd64', 'arm64')));
    const { stderr } = await script('bases', '--dockerfile', folder.file('Dockerfile'), '--registry', registry.url);
    expect(stderr).toContain(`as ${asked}`);
  });
});
