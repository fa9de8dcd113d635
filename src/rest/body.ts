import { parseExactly } from '../domain/json-text.ts';
import type { RequestFacts } from '../transport/request.ts';
import { RestError } from './refusals.ts';

/** A body that nobody said was JSON. */
export const notJson = Symbol('not JSON');

/** What a body holds: undefined where there is none, `notJson` where its type is another. */
export function readJson({ req, body }: RequestFacts): unknown {
  const bytes = body();
  if (bytes.length === 0) return undefined;
  if (!/^\s*application\/(?:[^;]+\+)?json\s*(?:;|$)/i.test(req.headers['content-type'] ?? '')) return notJson;
  const text = decode(bytes);
  try {
    return parseExactly(text);
  } catch (error) {
    // the message itself may repeat what was sent
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const loc = position === undefined ? ['body'] : ['body', Number(position)];
    throw new RestError(422, [{ type: 'json_invalid', loc, msg: 'JSON decode error', input: {} }]);
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RestError(400, 'There was an error parsing the body: it is not UTF-8');
  }
}
