/** A parameter of a connection to PostgreSQL, as libpq names them. */
export interface Parameter {
  readonly value: string;
  /** Where it stands, for messages: `CQ_DATABASE_URL: sslmode`, or `PGSSLMODE`. */
  readonly name: string;
}

/** Parameters by libpq's keyword. */
export type ConnectionParameters = ReadonlyMap<string, Parameter>;

/** libpq's keywords that are understood. */
export const understood = [
  'application_name',
  'channel_binding',
  'client_encoding',
  'connect_timeout',
  'dbname',
  'fallback_application_name',
  'gssencmode',
  'host',
  'hostaddr',
  'keepalives',
  'keepalives_idle',
  'load_balance_hosts',
  'options',
  'passfile',
  'password',
  'port',
  'ssl_max_protocol_version',
  'ssl_min_protocol_version',
  'sslcert',
  'sslcrl',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslpassword',
  'sslrootcert',
  'sslsni',
  'target_session_attrs',
  'user',
] as const;

export type Keyword = (typeof understood)[number];

/** Keywords that libpq takes and that change nothing here: there is no compression in TLS any more, and no GSSAPI. */
export const withoutEffect: readonly string[] = ['gssdelegation', 'gsslib', 'krbsrvname', 'sslcompression'];

/** The value of a parameter, which must be one of `values`; the first one where it is not given. */
export function choiceOf<const Value extends string>(
  parameters: ConnectionParameters,
  keyword: Keyword,
  values: readonly [Value, ...Value[]],
): Value {
  const given = parameters.get(keyword);
  if (given === undefined) return values[0];
  const value = values.find((each) => each === given.value);
  if (value === undefined)
    throw new Error(
      `${given.name} must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}, got ${JSON.stringify(given.value)}.`,
    );
  return value;
}

/** A whole number from 0 to `max`; undefined where the parameter is not given. */
export function integerOf(parameters: ConnectionParameters, keyword: Keyword, max: number): number | undefined {
  const given = parameters.get(keyword);
  return given && wholeNumber(given.name, given.value, max);
}

export function wholeNumber(name: string, text: string, max: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) > max) throw new Error(`${name} must be a whole number up to ${max}.`);
  return Number(text);
}
