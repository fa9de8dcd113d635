import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from '../transport/reply.ts';
import { etagOf, hasEtag, weak } from './etag.ts';

/** A file of the web page, with what it is compressed, in memory. */
interface WebFile {
  readonly plain: Buffer;
  readonly encoded: Readonly<Partial<Record<Encoding, Buffer>>>;
  /** A strong one, of what is not compressed. */
  readonly tag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The built web page: `index.html`, and every other file by its path, such as `/assets/index-Bx3.js`. */
export interface WebFiles {
  readonly index: string;
  readonly files: ReadonlyMap<string, WebFile>;
}

type Encoding = 'br' | 'gzip';
const suffixes = { br: '.br', gzip: '.gz' } as const;

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
};

/** Reads what `scripts/build-web.ts` has made; null where there is nothing. */
export async function readWebFiles(folder: URL): Promise<WebFiles | null> {
  // while another start puts a newer one in its place, it is not there for a moment
  for (let attempt = 0; attempt < 3; attempt++)
    try {
      return read(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await delay(50);
    }
  return null;
}

/** The operations of the web page, as it sends them; none where it is not there. */
export function readPageDocuments(folder: URL): readonly string[] {
  try {
    return JSON.parse(readFileSync(new URL('.documents.json', folder), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}

function read(folder: URL): WebFiles {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  // no folders, and nothing hidden
  const contents = new Map(
    names.filter((name) => /^[^.].*\.\w+$/.test(name)).map((name) => [`/${name}`, readFileSync(new URL(name, folder))]),
  );
  const index = contents.get('/index.html') ?? readFileSync(new URL('index.html', folder));
  const files = [...contents].filter(([path]) => path !== '/index.html' && !/\.(?:br|gz)$/.test(path));
  return {
    index: index.toString(),
    files: new Map(
      files.map(([path, plain]) => {
        const encoded = Object.fromEntries(
          Object.entries(suffixes).flatMap(([encoding, suffix]) => {
            const body = contents.get(path + suffix);
            return body ? [[encoding, body]] : [];
          }),
        );
        const tag = etagOf(plain);
        return [path, { plain, encoded, tag, headers: headersOf(path, tag) }];
      }),
    ),
  };
}

/** The names in `assets/` have a hash of what is in them: another version is another file. The tag is that of every encoding, so it is weak. */
const headersOf = (path: string, tag: string) => ({
  'content-type': types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
  'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  vary: 'Accept-Encoding, Origin',
  etag: weak(tag),
});

/** A file, in the best of the encodings that the client takes. */
export function fileReply({ plain, encoded, tag, headers }: WebFile, req: IncomingMessage): Reply {
  if (hasEtag(req, tag)) return { status: 304, body: '', headers };
  const encoding = (['br', 'gzip'] as const).find((each) => encoded[each] && takes(req, each));
  const body = encoding && encoded[encoding];
  if (!body) return { status: 200, body: plain, headers };
  return { status: 200, body, headers: { ...headers, 'content-encoding': encoding } };
}

/** Whether the client takes an encoding by its name, and not with a weight of zero. */
const takes = ({ headers }: IncomingMessage, encoding: Encoding): boolean =>
  String(headers['accept-encoding'] ?? '')
    .split(',')
    .some((part) => {
      const [name = '', weight = ''] = part.split(';');
      return name.trim().toLowerCase() === encoding && !/^\s*q=0(?:\.0*)?\s*$/i.test(weight);
    });
