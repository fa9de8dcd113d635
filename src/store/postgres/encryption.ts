import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { PostgresHost } from '../../config/database.ts';
import type { Tls } from '../../config/tls.ts';
import { identityProblem } from './server-identity.ts';

/** A way to connect to a host: without TLS, or with it, as `pg` takes it. */
export interface Encryption {
  readonly ssl: false | ConnectionOptions;
  readonly sslnegotiation: 'postgres' | 'direct';
}

export const plaintext: Encryption = { ssl: false, sslnegotiation: 'postgres' };

/** The ways to connect to a host, in the order of libpq's `sslmode`. Sockets are never encrypted. */
export function encryptionsOf(tls: Tls, host: PostgresHost): readonly Encryption[] {
  if (isSocket(host)) return [plaintext];
  const encrypted: Encryption = { ssl: optionsOf(tls, host), sslnegotiation: tls.direct ? 'direct' : 'postgres' };
  switch (tls.mode) {
    case 'disable':
      return [plaintext];
    case 'allow':
      return [plaintext, encrypted];
    case 'prefer':
      return [encrypted, plaintext];
    default:
      return [encrypted];
  }
}

const isSocket = ({ host, address }: PostgresHost) => address === undefined && host.startsWith('/');

/** The name or IP address to connect to. `pg` sends a name as SNI, so that without SNI it gets the address. */
export async function targetOf(tls: Tls, { host, address }: PostgresHost): Promise<string> {
  if (address !== undefined) return address;
  return tls.sni || tls.mode === 'disable' || host.startsWith('/') ? host : (await lookup(host)).address;
}

function optionsOf(tls: Tls, { host, address }: PostgresHost): ConnectionOptions {
  return {
    ...tls.context,
    rejectUnauthorized: tls.verify !== 'nothing',
    // `pg` sends the name that it connects to; with an address beside the name that is the address
    ...(tls.sni && address !== undefined && isIP(host) === 0 && { servername: host }),
    // not the name that Node hands over, which is `localhost` for an IP address
    checkServerIdentity: (_name, certificate) =>
      tls.verify === 'name' ? (identityProblem(host, certificate.raw) ?? undefined) : undefined,
  };
}

/** Whether a server has only said that it does not take this way of encryption. */
export const isRefusalOfEncryption = (error: Error) => /does not support SSL|no encryption|SSL off/.test(error.message);
