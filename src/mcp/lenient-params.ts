/**
 * Calls as clients send them: some send `arguments: null` where there are none, an empty list (languages that have one empty
 * collection), or all arguments as one JSON text. Answers the message with an object in their place; the message itself where what it
 * means is not plain.
 */
export function withArgumentObject(message: object): object {
  const { method, params } = message as { readonly method?: unknown; readonly params?: unknown };
  if (method !== 'tools/call' && method !== 'prompts/get') return message;
  if (typeof params !== 'object' || params === null || !('arguments' in params)) return message;
  const found = objectOf(params.arguments);
  return found ? { ...message, params: { ...params, arguments: found } } : message;
}

function objectOf(given: unknown): object | null {
  if (given === null || given === '' || (Array.isArray(given) && given.length === 0)) return {};
  if (typeof given !== 'string') return null;
  try {
    const value: unknown = JSON.parse(given);
    if (value === null) return {};
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
