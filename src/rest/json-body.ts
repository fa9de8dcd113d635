import { needsExactParser, parseExactly } from '../domain/json-text.ts';
import { decodeText } from '../transport/json-body.ts';
import { jsonProblem } from '../transport/json-limits.ts';
import type { RequestContext } from '../transport/request.ts';
import { RestError } from './errors.ts';

/** A body whose content type is not JSON. */
export const notJson = Symbol('not JSON');

/**
 * Parses a body, and returns a function that answers its JSON value: undefined where there is no body, `notJson` for another content
 * type. The function parses numbers exactly where that makes a difference, which takes many times as long; so it is called when the
 * caller has paid. Throws `RequestBodyError`, and a `RestError` of 422 for malformed JSON and for a `jsonProblem`.
 */
export function readJson({ req, body }: RequestContext): () => unknown {
  const bytes = body();
  if (bytes.length === 0) return () => undefined;
  const type = req.headers['content-type'] ?? '';
  if (!/^\s*application\/(?:[^;]+\+)?json\s*(?:;|$)/i.test(type)) return () => notJson;
  const text = decodeText(bytes, type);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // only the position: the rest of the message may repeat the body, which may hold a secret
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const loc = position === undefined ? ['body'] : ['body', Number(position)];
    throw new RestError(422, [{ type: 'json_invalid', loc, msg: 'JSON decode error', input: {} }]);
  }
  const problem = jsonProblem(value);
  if (problem) throw new RestError(422, [{ type: 'value_error', loc: ['body'], msg: problem }]);
  return needsExactParser(text) ? () => parseExactly(text) : () => value;
}
