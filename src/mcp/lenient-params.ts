type Params = Readonly<Record<string, unknown>>;

/**
 * Messages as clients send them: some write null for whatever they leave out, `params` and `_meta` included; some send `arguments: null`
 * where there are none, an empty list (languages that have one empty collection), or all arguments as one JSON text. Answers the
 * message as the protocol has it; in arguments of tools null is theirs to read.
 */
export function withPlainParams(message: object): object {
  if (!('params' in message)) return message;
  const { params, ...rest } = message as { readonly method?: unknown; readonly params: unknown };
  if (params === null) return rest;
  if (!isObject(params)) return message;
  const { arguments: given, ...others } = params;
  const plain = withoutNulls(others) as Params;
  if (!('arguments' in params)) return { ...rest, params: plain };
  const takesArguments = rest.method === 'tools/call' || rest.method === 'prompts/get';
  const found = takesArguments ? (objectOf(given) ?? given) : given;
  return { ...rest, params: { ...plain, arguments: rest.method === 'prompts/get' ? withoutNulls(found) : found } };
}

/** A value without the fields that are null, at any depth; items of lists stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(given.map(([name, inner]) => [name, withoutNulls(inner)]));
}

function objectOf(given: unknown): Params | null {
  if (given === null || given === '' || (Array.isArray(given) && given.length === 0)) return {};
  if (typeof given !== 'string') return null;
  try {
    const value: unknown = JSON.parse(given);
    if (value === null) return {};
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
