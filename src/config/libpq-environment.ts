import type { ConnectionParameters, Keyword, Parameter } from './connection-parameters.ts';
import type { Environment } from './value-schemas.ts';

/** libpq's variables, and what they stand for. Its others, such as PGTZ and PGCLIENTENCODING, change nothing here. */
const keywords: Readonly<Record<string, Keyword>> = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGPASSFILE: 'passfile',
  PGAPPNAME: 'application_name',
  PGOPTIONS: 'options',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
  PGLOADBALANCEHOSTS: 'load_balance_hosts',
  PGCHANNELBINDING: 'channel_binding',
  PGGSSENCMODE: 'gssencmode',
  PGSSLMODE: 'sslmode',
  PGSSLNEGOTIATION: 'sslnegotiation',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCRL: 'sslcrl',
  PGSSLSNI: 'sslsni',
  PGSSLMINPROTOCOLVERSION: 'ssl_min_protocol_version',
  PGSSLMAXPROTOCOLVERSION: 'ssl_max_protocol_version',
};

/** Those of which libpq would make another connection than this server can. */
const refused = ['PGSERVICE', 'PGREQUIREAUTH', 'PGREQUIREPEER', 'PGREQUIRESSL', 'PGSSLCERTMODE', 'PGSSLCRLDIR'];

/** The parameters that libpq would take from the environment, for what a URL leaves open. */
export function libpqEnvironment(environment: Environment): ConnectionParameters {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const found = given.find(([name]) => refused.includes(name))?.[0];
  if (found !== undefined)
    throw new Error(`${found} is not supported: unset it, and write what it stands for into the URL.`);
  return new Map(
    given.flatMap(([name, value = '']): [Keyword, Parameter][] => {
      const keyword = keywords[name];
      return keyword ? [[keyword, { value, name }]] : [];
    }),
  );
}
