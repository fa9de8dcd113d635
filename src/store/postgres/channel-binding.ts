import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { PostgresAddress } from '../../config/database.ts';

/** The SASL mechanism that binds a login to the certificate of the connection. */
const bindingMechanism = 'SCRAM-SHA-256-PLUS';

/** We ended a login, not the server: it is tried in no other way. */
export class LoginRefusal extends Error {}

/** The login of one attempt to connect. */
export interface Authentication {
  readonly config: Pick<pg.ClientConfig, 'enableChannelBinding' | 'password'>;
  /** Follows what the server asks for. */
  watch(connection: EventEmitter): void;
  /** Throws unless the login was bound to the connection, where that is required. */
  requireBound(): void;
}

/** A login with libpq's `channel_binding`: with `require`, no other server is shown the password or a proof of it. */
export function authenticationOf(
  mode: PostgresAddress['channelBinding'],
  isEncrypted: boolean,
  password: string | undefined,
): Authentication {
  const isPossible = isEncrypted && mode !== 'disable';
  let isOffered = false;
  let isBound = false;
  const requireIf = (met: boolean) => {
    if (mode === 'require' && !met)
      throw new LoginRefusal(
        'channel binding is required, and the server logs in without it, or the connection is not encrypted',
      );
  };
  return {
    config: {
      enableChannelBinding: isPossible,
      // a function, which `pg` calls when the server asks; it also keeps `pg` from reading PGPASSWORD and ~/.pgpass
      password: () => {
        requireIf(isOffered);
        if (password === undefined) throw new LoginRefusal('No password is given');
        return password;
      },
    },
    watch(connection) {
      connection.on('authenticationSASL', ({ mechanisms }: { mechanisms: readonly string[] }) => {
        isOffered = isPossible && mechanisms.includes(bindingMechanism);
      });
      // only now has the server proved that it knows the password too
      connection.on('authenticationSASLFinal', () => {
        isBound = isOffered;
      });
    },
    requireBound: () => requireIf(isBound),
  };
}
