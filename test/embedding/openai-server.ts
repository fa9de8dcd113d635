import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server answers until it is told otherwise. */
export type Mood =
  | 'well'
  /** Answers when it is released. */
  | 'slow'
  /** Vectors of one number less. */
  | 'shrunken'
  /** The last vector of an answer has one number less. */
  | 'uneven'
  | 'one too few'
  | 'shuffled'
  | 'repeated index'
  | 'without index'
  | 'base64'
  | 'broken base64'
  | 'zeros'
  | 'null in it'
  | 'empty vectors'
  | 'not JSON'
  | 'other JSON'
  | 'redirect'
  /** 429 once, then well. */
  | 'busy once'
  /** 500, with the key in the body. */
  | 'broken'
  /** 401, with the key in the body. */
  | 'unauthorised'
  /** 403, with the key in JSON of another form. */
  | 'forbidden'
  /** 400, since some text does not please. */
  | 'refusing';

export interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what was sent
  readonly body: any;
}

/** A service that speaks `POST /v1/embeddings` and encoderfile's `POST /predict`; the same text gets the same vector. */
export interface EmbeddingServer extends AsyncDisposable {
  readonly origin: string;
  readonly seen: readonly SeenRequest[];
  /** The most requests that were there at the same time. */
  readonly maxConcurrentCalls: number;
  mood: Mood;
  /** What the vector of a text is. */
  vectorOf: (text: string, size: number) => number[];
  /** Requests with such a text in them get 400. */
  dislikes: RegExp | null;
  /** Answers what waits since the server is slow, and is well again. */
  release(): void;
  /** Resolves when `count` requests wait. */
  waiting(count: number): Promise<void>;
  /** Closes the door: connections are refused from now on. */
  leave(): Promise<void>;
}

export const serverModel = 'tiny-8';
export const serverDimensions = 8;

export async function startEmbeddingServer(): Promise<EmbeddingServer> {
  const seen: SeenRequest[] = [];
  let held: (() => void)[] = [];
  let heldChanged = () => {};
  let present = 0;
  let maxConcurrentCalls = 0;
  let mood: Mood = 'well';
  const taste: Taste = { vectorOf: vectorFor, dislikes: null };

  const server = createServer(async (req, res) => {
    present++;
    maxConcurrentCalls = Math.max(maxConcurrentCalls, present);
    res.once('close', () => present--);
    const body = JSON.parse(await textOf(req));
    seen.push({ path: req.url ?? '', authorization: req.headers.authorization, body });
    if (mood === 'slow') {
      held.push(() => answer(req, res, body, 'well', taste));
      heldChanged();
    } else {
      const now = mood;
      if (mood === 'busy once') mood = 'well';
      answer(req, res, body, now, taste);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const leave = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get maxConcurrentCalls() {
      return maxConcurrentCalls;
    },
    get vectorOf() {
      return taste.vectorOf;
    },
    set vectorOf(value) {
      taste.vectorOf = value;
    },
    get dislikes() {
      return taste.dislikes;
    },
    set dislikes(value) {
      taste.dislikes = value;
    },
    get mood() {
      return mood;
    },
    set mood(value) {
      mood = value;
    },
    release() {
      mood = 'well';
      const ready = held;
      held = [];
      for (const go of ready) go();
    },
    async waiting(count) {
      while (held.length < count)
        await new Promise<void>((resolve) => {
          heldChanged = resolve;
        });
    },
    leave,
    [Symbol.asyncDispose]: leave,
  };
}

type Taste = Pick<EmbeddingServer, 'vectorOf' | 'dislikes'>;

function answer(
  req: IncomingMessage,
  res: ServerResponse,
  body: Record<string, unknown>,
  mood: Mood,
  { vectorOf, dislikes }: Taste,
): void {
  const reply = (status: number, text: string, headers = {}) => res.writeHead(status, headers).end(text);
  const complain = (status: number, message: string) => reply(status, JSON.stringify({ error: { message } }));
  if (mood === 'busy once') return void complain(429, 'Too many requests.');
  if (mood === 'broken') return void reply(500, `no worker left\n for ${req.headers.authorization}`);
  if (mood === 'unauthorised')
    return void complain(401, `Incorrect API key provided: ${req.headers.authorization}. ${'x'.repeat(1000)}`);
  if (mood === 'forbidden') return void reply(403, JSON.stringify({ detail: `Not for ${req.headers.authorization}` }));
  if (mood === 'refusing') return void complain(400, 'The text is too long.');
  if (mood === 'redirect') return void reply(307, '', { location: 'http://127.0.0.1:1/elsewhere' });
  if (mood === 'not JSON') return void reply(200, `<html>Welcome, ${req.headers.authorization}</html>`);
  if (mood === 'other JSON') return void reply(200, '{"data":[{"vector":[1]}],"results":"none"}');
  const texts = (req.url === '/predict' ? body.inputs : body.input) as string[];
  if (texts.some((text) => dislikes?.test(text))) return void complain(400, 'The text is not nice.');
  const size = Number(body.dimensions ?? serverDimensions);
  const vectors = texts.map((text) => spoil(vectorOf(text, size), mood));
  if (mood === 'one too few') vectors.pop();
  if (mood === 'uneven') vectors.at(-1)?.pop();
  if (req.url === '/predict') return void reply(200, JSON.stringify(predicted(vectors)));
  if (req.url !== '/v1/embeddings') return void complain(404, 'There is nothing here.');
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    ...(mood !== 'without index' && { index: mood === 'repeated index' ? 0 : index }),
    embedding: mood === 'base64' ? base64(vector) : mood === 'broken base64' ? `${base64(vector)}!` : vector,
  }));
  if (mood === 'shuffled') data.reverse();
  reply(200, JSON.stringify({ object: 'list', model: body.model, data }));
}

function spoil(vector: (number | null)[], mood: Mood): (number | null)[] {
  if (mood === 'zeros') return vector.map(() => 0);
  if (mood === 'null in it') return [...vector.slice(1), null];
  if (mood === 'empty vectors') return [];
  return mood === 'shrunken' ? vector.slice(1) : vector;
}

/** As encoderfile answers: token vectors, here two of each text, whose mean is the text's vector. */
const predicted = (vectors: readonly (readonly (number | null)[])[]) => ({
  model_id: serverModel,
  results: vectors.map((vector) => ({
    embeddings: [1, -1].map((sign) => ({
      embedding: vector.map((value, at) => value && value + sign * at),
      token_info: { token: 'x', token_id: 1, start: 0, end: 1 },
    })),
  })),
});

/** A vector of any length but 1. */
export function vectorFor(text: string, size = serverDimensions): number[] {
  const digest = createHash('sha512').update(text).digest();
  return Array.from({ length: size }, (_, at) => ((digest[at % digest.length] ?? 0) - 127.5) / 16);
}

const base64 = (vector: readonly (number | null)[]) =>
  Buffer.from(Float32Array.from(vector, Number).buffer).toString('base64');

async function textOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text;
}
