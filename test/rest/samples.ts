/**
 * What cq's clients know of a server: one story, a request at a time, with the answers as they must come, to the last
 * byte but for what `masked` puts names in the place of.
 */
export interface Sample {
  readonly name: string;
  /** Method and path behind `/api/v1`; `{first}` is the id that was kept under that name. */
  readonly request: string;
  /** Whose credential goes along; `kept` is the API key that was kept. */
  readonly as?: 'person' | 'agent' | 'kept';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly answer: string;
  /** Under which name the id, or the key, of the answer is kept. */
  readonly keep?: string;
}

const detail = (text: string) => JSON.stringify({ detail: text });
const invalid = (...details: object[]) => JSON.stringify({ detail: details });
const numbered = Array.from({ length: 17 }, (_, index) => String(index + 1));

const insight = { summary: 's é ☃', detail: 'd', action: 'a' };
const empty = { summary: '', detail: '', action: '' };

const evidence = (confidence: number, confirmations: number) =>
  `"evidence":{"confidence":${confidence},"confirmations":${confirmations},"first_observed":"<instant Z>","last_confirmed":"<instant Z>"}`;
const first = (evidenceText: string, author: string, flags: string) =>
  `{"id":"<unit>","version":1,"domains":["api","databases"],"insight":{"summary":"s é ☃","detail":"d","action":"a"},"context":{"languages":["Python"],"frameworks":[],"pattern":""},${evidenceText},"tier":"private",${author}"superseded_by":null,"extensions":{"impl:x":null,"impl:y":{"a":1.0,"b":123456789012345678901234567890}},"flags":[${flags}]}`;
const second = `{"id":"<unit>","version":1,"domains":["x"],"insight":{"summary":"","detail":"","action":""},"context":{"languages":[],"frameworks":[],"pattern":""},${evidence(0.5, 1)},"tier":"private","created_by":"alice","superseded_by":null,"extensions":null,"flags":[]}`;
const author = '"created_by":"alice",';
const proposed = first(evidence(0.5, 1), author, '');
const stale = '{"reason":"stale","timestamp":"<instant Z>","detail":null,"duplicate_of":null}';
const item = (unit: string, status = 'pending', by = 'null', at = 'null') =>
  `{"knowledge_unit":${unit},"status":"${status}","reviewed_by":${by},"reviewed_at":${at}}`;
const key = (name: string, labels: string, ttl: string, used = 'null') =>
  `{"id":"<id>","name":"${name}","labels":${labels},"prefix":"<prefix>","key_prefix":"<prefix>","ttl":"${ttl}","expires_at":"<instant>","created_at":"<instant>","last_used_at":${used},"revoked_at":null,"is_expired":false,"is_active":true`;
const created = (text: string) => `${text},"token":"<key>","api_key":"<key>"}`;

const login = 'POST /auth/login';
const keys = 'POST /users/me/api-keys';
const propose = 'POST /knowledge';
const newKey = (changes: object) => ({ name: 'laptop', ttl: '30d', ...changes });

export const samples: readonly Sample[] = [
  { name: 'health', request: 'GET /health', status: 200, answer: '{"status":"ok"}' },

  // signing in
  {
    name: 'a name and its password',
    request: login,
    body: { username: 'alice', password: 'correct horse', extra: 1 },
    status: 200,
    answer: '{"token":"<token>","username":"alice"}',
  },
  {
    name: 'a wrong password',
    request: login,
    body: { username: 'alice', password: 'wrong' },
    status: 401,
    answer: detail('Invalid username or password'),
  },
  {
    name: 'an unknown name',
    request: login,
    body: { username: 'nobody', password: 'wrong' },
    status: 401,
    answer: detail('Invalid username or password'),
  },
  {
    name: 'a password with NUL',
    request: login,
    body: { username: 'alice', password: 'a\0b' },
    status: 401,
    answer: detail('Invalid username or password'),
  },
  {
    name: 'no password',
    request: login,
    body: { username: 'alice' },
    status: 422,
    answer: invalid({ type: 'missing', loc: ['body', 'password'], msg: 'Field required' }),
  },
  {
    name: 'broken JSON',
    request: login,
    body: '{username',
    status: 422,
    answer: invalid({ type: 'json_invalid', loc: ['body', 1], msg: 'JSON decode error', input: {} }),
  },
  ...['', 'application/x-www-form-urlencoded'].map((type) => ({
    name: `a body of the type "${type}"`,
    request: login,
    body: { username: 'alice', password: 'correct horse' },
    headers: { 'content-type': type },
    status: 422,
    answer: invalid({
      type: 'model_attributes_type',
      loc: ['body'],
      msg: 'Input should be a valid dictionary or object to extract fields from',
    }),
  })),

  // who is signed in
  {
    name: 'me',
    request: 'GET /users/me',
    as: 'person',
    status: 200,
    answer: '{"username":"alice","created_at":"<instant>"}',
  },
  {
    name: 'me without a header',
    request: 'GET /users/me',
    status: 401,
    answer: detail('Missing or invalid authorization header'),
  },
  {
    name: 'me with a header that is no bearer token',
    request: 'GET /users/me',
    headers: { authorization: 'Bearer' },
    status: 401,
    answer: detail('Missing or invalid authorization header'),
  },
  {
    name: 'me with a void token',
    request: 'GET /users/me',
    headers: { authorization: 'Bearer x.y.z' },
    status: 401,
    answer: detail('Invalid or expired token'),
  },
  {
    name: 'me with an API key',
    request: 'GET /users/me',
    as: 'agent',
    status: 401,
    answer: detail('Invalid or expired token'),
  },

  // API keys
  {
    name: 'a key',
    request: keys,
    as: 'person',
    body: newKey({ labels: [' a ', 'b', '', 'a'], ttl: ' 30D ' }),
    status: 201,
    answer: created(key('laptop', '["a","b"]', '30d')),
    keep: 'laptop',
  },
  ...Object.entries({
    '90x': "'90x' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h",
    '0d': "'0d': ttl must be greater than zero",
    '366d': "'366d' exceeds the maximum of 365d",
    '  ': 'ttl is required',
  }).map(([ttl, message]) => ({
    name: `a key for "${ttl}"`,
    request: keys,
    as: 'person' as const,
    body: newKey({ ttl }),
    status: 422,
    answer: detail(message),
  })),
  {
    name: 'a key with a long ttl',
    request: keys,
    as: 'person',
    body: newKey({ ttl: '00000000000000001d' }),
    status: 422,
    answer: invalid({
      type: 'string_too_long',
      loc: ['body', 'ttl'],
      msg: 'String should have at most 16 characters',
      input: '00000000000000001d',
      ctx: { max_length: 16 },
    }),
  },
  {
    name: 'a key without a name',
    request: keys,
    as: 'person',
    body: newKey({ name: '' }),
    status: 422,
    answer: invalid({
      type: 'string_too_short',
      loc: ['body', 'name'],
      msg: 'String should have at least 1 character',
      input: '',
      ctx: { min_length: 1 },
    }),
  },
  {
    name: 'a key with too many labels',
    request: keys,
    as: 'person',
    body: newKey({ labels: numbered }),
    status: 422,
    answer: invalid({
      type: 'too_long',
      loc: ['body', 'labels'],
      msg: 'List should have at most 16 items after validation, not 17',
      input: numbered,
      ctx: { field_type: 'List', max_length: 16, actual_length: 17 },
    }),
  },
  {
    name: 'a key whose name is spaces',
    request: keys,
    as: 'person',
    body: newKey({ name: '  ', ttl: '1h' }),
    status: 201,
    answer: created(key('  ', '[]', '1h')),
  },
  {
    name: 'the keys',
    request: 'GET /users/me/api-keys',
    as: 'person',
    status: 200,
    answer: `{"data":[${key('  ', '[]', '1h')}},${key('laptop', '["a","b"]', '30d')}},${key('test', '[]', '1d', '"<instant>"')}}]}`,
  },

  // proposing
  {
    name: 'a proposal',
    request: propose,
    as: 'agent',
    body: `{"domains":[" API ","Databases","api",""],"insight":${JSON.stringify(insight)},"context":{"languages":["Python"]},"extensions":{"impl:x":null,"impl:y":{"a":1.0,"b":123456789012345678901234567890}},"created_by":"mallory","tier":"public","other":1}`,
    status: 201,
    answer: proposed,
    keep: 'first',
  },
  {
    name: 'a proposal with blank domains',
    request: propose,
    as: 'agent',
    body: { domains: [' ', ''], insight },
    status: 422,
    answer: detail('At least one non-empty domain is required'),
  },
  {
    name: 'a proposal without domains',
    request: propose,
    as: 'agent',
    body: { domains: [], insight },
    status: 422,
    answer: invalid({
      type: 'too_short',
      loc: ['body', 'domains'],
      msg: 'List should have at least 1 item after validation, not 0',
      input: [],
      ctx: { field_type: 'List', min_length: 1, actual_length: 0 },
    }),
  },
  {
    name: 'a proposal with a long domain',
    request: propose,
    as: 'agent',
    body: { domains: ['a'.repeat(65)], insight },
    status: 422,
    answer: invalid({
      type: 'value_error',
      loc: ['body', 'domains', 0],
      msg: 'Value error, domains must be at most 64 characters, got 65',
    }),
  },
  {
    name: 'a proposal with a long summary',
    request: propose,
    as: 'agent',
    body: { domains: ['x'], insight: { ...insight, summary: '😀'.repeat(501) } },
    status: 422,
    answer: invalid({
      type: 'value_error',
      loc: ['body', 'insight', 'summary'],
      msg: 'Value error, summary must be at most 500 characters, got 501',
    }),
  },
  {
    name: 'a proposal with a bad extension',
    request: propose,
    as: 'agent',
    body: { domains: ['x'], insight, extensions: { bad: 1 } },
    status: 422,
    answer: invalid({
      type: 'value_error',
      loc: ['body', 'extensions'],
      msg: 'Value error, extensions has the key "bad", which is not of the form namespace:key',
    }),
  },
  {
    name: 'a proposal with too many languages',
    request: propose,
    as: 'agent',
    body: { domains: ['x'], insight, context: { languages: numbered } },
    status: 422,
    answer: invalid({
      type: 'too_long',
      loc: ['body', 'context', 'languages'],
      msg: 'List should have at most 16 items after validation, not 17',
      input: numbered,
      ctx: { field_type: 'List', max_length: 16, actual_length: 17 },
    }),
  },
  {
    name: 'a proposal without a key',
    request: propose,
    body: { domains: ['x'], insight },
    status: 401,
    answer: detail('Invalid API key'),
  },
  {
    name: 'a bad proposal without a key',
    request: propose,
    body: { domains: 5 },
    status: 401,
    answer: detail('Invalid API key'),
  },
  {
    name: 'the least of a proposal',
    request: propose,
    as: 'agent',
    body: { domains: ['x'], insight: empty },
    status: 201,
    answer: second,
    keep: 'second',
  },
  {
    name: 'a confirmation of a pending unit',
    request: 'POST /knowledge/{first}/confirmations',
    as: 'agent',
    status: 404,
    answer: detail('Knowledge unit not found'),
  },

  // reviewing
  {
    name: 'the queue',
    request: 'GET /review/queue',
    as: 'person',
    status: 200,
    answer: `{"items":[${item(proposed)},${item(second)}],"total":2,"offset":0,"limit":20}`,
  },
  {
    name: 'the size of the queue',
    request: 'GET /review/queue?limit=0&offset=0',
    as: 'person',
    status: 200,
    answer: '{"items":[],"total":2,"offset":0,"limit":0}',
  },
  {
    name: 'the second page of the queue',
    request: 'GET /review/queue?limit=1&offset=1',
    as: 'person',
    status: 200,
    answer: `{"items":[${item(second)}],"total":2,"offset":1,"limit":1}`,
  },
  { name: 'a unit', request: 'GET /review/{first}', as: 'person', status: 200, answer: item(proposed) },
  {
    name: 'an approval',
    request: 'POST /review/{first}/approve',
    as: 'person',
    status: 200,
    answer: '{"unit_id":"<unit>","status":"approved","reviewed_by":"alice","reviewed_at":"<instant>"}',
  },
  ...['approve', 'reject'].map((verb) => ({
    name: `to ${verb} what is approved`,
    request: `POST /review/{first}/${verb}`,
    as: 'person' as const,
    status: 409,
    answer: detail('Knowledge unit already approved'),
  })),
  {
    name: 'an approval of nothing',
    request: 'POST /review/ku_none/approve',
    as: 'person',
    status: 404,
    answer: detail('Knowledge unit not found'),
  },

  // confirming and flagging
  {
    name: 'a confirmation',
    request: 'POST /knowledge/{first}/confirmations',
    as: 'agent',
    status: 201,
    answer: first(evidence(0.6, 2), '', ''),
  },
  {
    name: 'a confirmation by a person',
    request: 'POST /knowledge/{first}/confirmations',
    as: 'person',
    status: 401,
    answer: detail('Invalid API key'),
  },
  {
    name: 'a flag',
    request: 'POST /knowledge/{first}/flags',
    as: 'agent',
    body: { reason: 'stale' },
    status: 201,
    answer: first(evidence(0.44999999999999996, 2), '', stale),
  },
  {
    name: 'a flag for another reason',
    request: 'POST /knowledge/{first}/flags',
    as: 'agent',
    body: { reason: 'boring' },
    status: 422,
    answer: invalid({
      type: 'enum',
      loc: ['body', 'reason'],
      msg: "Input should be 'stale', 'incorrect' or 'duplicate'",
      input: 'boring',
      ctx: { expected: "'stale', 'incorrect' or 'duplicate'" },
    }),
  },

  // finding
  {
    name: 'a search',
    request: 'GET /knowledge?domains=api&domains=other',
    status: 200,
    answer: `{"data":[${first(evidence(0.44999999999999996, 2), '', stale)}]}`,
  },
  {
    name: 'a search without domains',
    request: 'GET /knowledge',
    status: 422,
    answer: invalid({ type: 'missing', loc: ['query', 'domains'], msg: 'Field required', input: null }),
  },
  {
    name: 'a search for nothing',
    request: 'GET /knowledge?domains=x&limit=0',
    status: 422,
    answer: invalid({
      type: 'greater_than',
      loc: ['query', 'limit'],
      msg: 'Input should be greater than 0',
      input: '0',
      ctx: { gt: 0 },
    }),
  },
  {
    name: 'a search for abc',
    request: 'GET /knowledge?domains=x&limit=abc',
    status: 422,
    answer: invalid({
      type: 'int_parsing',
      loc: ['query', 'limit'],
      msg: 'Input should be a valid integer, unable to parse string as an integer',
      input: 'abc',
    }),
  },
  {
    name: 'a search for very much',
    request: 'GET /knowledge?domains=x&limit=100000',
    status: 200,
    answer: '{"data":[]}',
  },
  { name: 'a search in no domain', request: 'GET /knowledge?domains=', status: 200, answer: '{"data":[]}' },

  // figures
  {
    name: 'the figures',
    request: 'GET /knowledge/stats',
    status: 200,
    answer:
      '{"total_count":2,"tier_counts":{"private":1},"domain_counts":{"api":1,"databases":1},"confidence_distribution":{"0.0-0.3":0,"0.3-0.5":1,"0.5-0.7":0,"0.7-1.0":0}}',
  },
  {
    name: 'the figures for reviewers',
    request: 'GET /review/stats',
    as: 'person',
    status: 200,
    answer:
      '{"counts":{"pending":1,"approved":1,"rejected":0},"domains":{"api":1,"databases":1},"confidence_distribution":{"0.0-0.3":0,"0.3-0.6":1,"0.6-0.8":0,"0.8-1.0":0},"recent_activity":[{"type":"approved","unit_id":"<unit>","summary":"s é ☃","reviewed_by":"alice","timestamp":"<instant>"},{"type":"proposed","unit_id":"<unit>","summary":"","timestamp":"<instant>"}],"trends":{"daily":[{"date":"<day>","proposed":2,"approved":1,"rejected":0}]}}',
  },
  {
    name: 'the approved units',
    request: 'GET /review/units?status=approved',
    as: 'person',
    status: 200,
    answer: `[${item(first(evidence(0.44999999999999996, 2), author, stale), 'approved', '"alice"', '"<instant>"')}]`,
  },
  {
    name: 'units of a status that there is none of',
    request: 'GET /review/units?status=lost',
    as: 'person',
    status: 200,
    answer: '[]',
  },

  // the end of a key
  ...['once', 'twice'].map((times) => ({
    name: `revoking a key ${times}`,
    request: 'POST /users/me/api-keys/{laptop}/revoke',
    as: 'person' as const,
    status: 200,
    answer: '{"message":"API key revoked."}',
  })),
  {
    name: 'revoking no key',
    request: `POST /users/me/api-keys/${'0'.repeat(32)}/revoke`,
    as: 'person',
    status: 404,
    answer: detail('API key not found'),
  },
  {
    name: 'a proposal with a revoked key',
    request: propose,
    as: 'kept',
    body: { domains: ['x'], insight },
    status: 401,
    answer: detail('Invalid API key'),
  },

  // what is not there
  { name: 'an unknown path', request: 'GET /nothing/here', status: 404, answer: detail('Not Found') },
  { name: 'a wrong method', request: 'DELETE /health', status: 405, answer: detail('Method Not Allowed') },
  // which the Python server refuses, and monitors send
  { name: 'HEAD', request: 'HEAD /health', status: 200, answer: '' },
  { name: 'OPTIONS', request: 'OPTIONS /health', status: 405, answer: detail('Method Not Allowed') },
];
