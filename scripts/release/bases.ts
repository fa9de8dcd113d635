// The images that ours is built from, by digest.
//
//   node scripts/release/bases.ts             looks at each digest of the Dockerfile: that it is there, for every platform, and what its tag is now
//   node scripts/release/bases.ts --write     and gives those that have none the digest of today
//   node scripts/release/bases.ts --update    gives all of them the digest of today
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What an image of ours is made for. */
export const platforms = ['linux/amd64', 'linux/arm64'];

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    dockerfile: { type: 'string', default: fileURLToPath(new URL('../../Dockerfile', import.meta.url)) },
    // in the place of the one that an image names
    registry: { type: 'string' },
  },
});

const from = /^(FROM (?:--platform=\S+ )?)([^\s@]+)(@sha256:[0-9a-f]{64})?(?=\s|$)/gm;
const text = readFileSync(options.dockerfile, 'utf8');
const stages = [...text.matchAll(/^FROM .* AS (\S+)$/gim)].map(([, name]) => name);
const bases = [...text.matchAll(from)].filter(([, , name]) => !stages.includes(name));
const current = new Map<string, string>();
for (const name of new Set(bases.map(([, , each = '']) => each))) current.set(name, await resolve(name, tagOf(name)));
for (const [, , name = '', pin] of bases) if (pin !== undefined && !options.update) await resolve(name, pin.slice(1));

const pinned = text.replace(from, (whole, before, name, pin) => {
  const digest = current.get(name);
  const wanted = digest !== undefined && (options.update || (options.write && pin === undefined));
  return wanted ? `${before}${name}@${digest}` : whole;
});
if (pinned !== text) writeFileSync(options.dockerfile, pinned);
for (const [, , name = '', pin = ''] of pinned.matchAll(from)) {
  if (!current.has(name)) continue;
  if (pin === '') {
    console.error(`${name} has no digest: --write gives it that of today, ${current.get(name)}`);
    process.exitCode = 1;
  } else
    console.log(`${name}${pin}${pin === `@${current.get(name)}` ? '' : `; the tag is ${current.get(name)} by now`}`);
}

/** The digest of what a registry has under a tag or digest. Throws where it is not what it says it is, or not for all platforms. */
async function resolve(image: string, reference: string): Promise<string> {
  const { url, repository } = where(image);
  const response = await authorized(`${url}/v2/${repository}/manifests/${reference}`);
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${image}: ${response.url} answered ${response.status}`);
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const told = response.headers.get('docker-content-digest') ?? digest;
  if (told !== digest || (reference.startsWith('sha256:') && reference !== digest))
    throw new Error(`${image}: the registry sent ${digest} as ${reference.startsWith('sha256:') ? reference : told}`);
  const { manifests = [] } = JSON.parse(body.toString()) as { manifests?: { platform?: Record<string, string> }[] };
  const there = manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`);
  const missing = platforms.filter((platform) => !there.includes(platform));
  if (missing.length > 0) throw new Error(`${image}@${digest} is not there for ${missing.join(' and ')}`);
  return digest;
}

function tagOf(image: string): string {
  return /:([^/:]+)$/.exec(image)?.[1] ?? 'latest';
}

/** As Docker reads a name: without a host it is of Docker Hub, and without a slash of its library. */
function where(image: string): { url: string; repository: string } {
  const [first = '', ...rest] = image.replace(/:[^/:]+$/, '').split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const path = isHost ? rest.join('/') : [...(rest.length > 0 ? [] : ['library']), first, ...rest].join('/');
  const url = options.registry ?? `https://${isHost ? first : 'registry-1.docker.io'}`;
  return { url, repository: path };
}

/** Anonymously, with a token where a registry wants one of anybody. */
async function authorized(url: string): Promise<Response> {
  const accept = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
  ].join(', ');
  const first = await fetch(url, { headers: { accept } });
  const challenge = first.status === 401 ? (first.headers.get('www-authenticate') ?? '') : '';
  const [, realm] = /^Bearer .*?realm="([^"]+)"/i.exec(challenge) ?? [];
  if (!realm) return first;
  const service = new URL(realm);
  for (const name of ['service', 'scope']) {
    const [, value] = new RegExp(`${name}="([^"]+)"`).exec(challenge) ?? [];
    if (value) service.searchParams.set(name, value);
  }
  const { token, access_token } = (await (await fetch(service)).json()) as Record<string, string>;
  return fetch(url, { headers: { accept, authorization: `Bearer ${token ?? access_token}` } });
}
