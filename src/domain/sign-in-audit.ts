import type { Store, User } from '../store/store.ts';
import { auditRepeat } from './audit.ts';
import { userNodeId } from './ids.ts';

/**
 * Entries of the audit log of one address and one minute, and of one minute: so many a flood of failed sign-ins makes at most. The
 * rest of a minute is counted in two more.
 */
export const failureBounds = { perAddress: 10, perMinute: 1000 } as const;

/** Addresses whose refusals a process remembers to have recorded in a minute; beyond, it records none. */
const maxRefusedAddresses = 1000;

/** An attempt to sign in that failed. */
export interface FailedSignIn {
  readonly user: User | null;
  /**
   * A digest of the name, where no account has it. The name itself is not kept: it may be a password that was typed in the wrong
   * field, or that of somebody who was erased.
   */
  readonly unknownName: string;
  readonly address: string;
  readonly at: Date;
}

export interface SignInAudit {
  /** Records a wrong password. */
  failed(attempt: FailedSignIn): Promise<void>;
  /** Records an attempt that a limit refused: once for each address and minute, so that most refusals write nothing. */
  refused(attempt: FailedSignIn): Promise<void>;
}

export function createSignInAudit(store: Store): SignInAudit {
  let refusals = { minute: 0, addresses: new Set<string>() };

  const record = (action: 'signIn.failed' | 'signIn.refused', { user, unknownName, address, at }: FailedSignIn) => {
    const repeat = user ? userNodeId(user.id) : `? ${unknownName}`;
    const target = user ? { target: userNodeId(user.id) } : { details: { unknownName } };
    const by = { kind: 'anonymous', address } as const;
    return auditRepeat(store, by, action, { repeat, ...failureBounds }, { ...target, at });
  };

  return {
    failed: (attempt) => record('signIn.failed', attempt),

    async refused(attempt) {
      const minute = Math.floor(attempt.at.getTime() / 60_000);
      if (refusals.minute !== minute) refusals = { minute, addresses: new Set() };
      const { addresses } = refusals;
      if (addresses.has(attempt.address) || addresses.size >= maxRefusedAddresses) return;
      addresses.add(attempt.address);
      await record('signIn.refused', attempt);
    },
  };
}
