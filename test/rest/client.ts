import type { TestServer } from '../harness.ts';

/** One request to the REST API, in the words of a test. */
export interface Call {
  readonly method?: string;
  /** Behind `/api/v1`, unless it begins with two slashes: then it is the whole path. */
  readonly path: string;
  readonly credential?: string;
  /** Text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly body: any;
}

export async function call(
  server: TestServer,
  { method = 'GET', path, credential, body, headers }: Call,
): Promise<Answer> {
  const url = path.startsWith('//') ? `${server.url}${path.slice(1)}` : `${server.url}/api/v1${path}`;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(credential && { authorization: `Bearer ${credential}` }),
      ...headers,
    },
    // bytes, for which fetch makes up no type
    body: body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  };
}

export const post = (server: TestServer, path: string, credential?: string, body?: unknown): Promise<Answer> =>
  call(server, { method: 'POST', path, credential, body });

export const get = (server: TestServer, path: string, credential?: string): Promise<Answer> =>
  call(server, { path, credential });

/** A lesson as agents send it. */
export const lesson = (changes: object = {}) => ({
  domains: ['api'],
  insight: { summary: 'A lesson', detail: 'What happened.', action: 'What to do.' },
  ...changes,
});

/** An answer with a name in the place of everything that is another each time. */
export function masked(text: string): string {
  return text
    .replace(/cqa\.v1\.[0-9a-f]{32}\.[a-z2-7]{52}/g, '<key>')
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>')
    .replace(/ku_[0-9a-f]{32}/g, '<unit>')
    .replace(/"(key_)?prefix":"[a-z2-7]{8}"/g, '"$1prefix":"<prefix>"')
    .replace(/\b[0-9a-f]{32}\b/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z/g, '<instant Z>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00/g, '<instant>')
    .replace(/"\d{4}-\d\d-\d\d"/g, '"<day>"');
}
