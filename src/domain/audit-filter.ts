import { BadUserInputError } from '../errors.ts';
import type { AuditFilter } from '../store/store.ts';
import { auditActions } from './audit.ts';
import { parseNodeId } from './ids.ts';
import { isStorable, lengthOf, limits } from './rules.ts';

/** A filter of the audit log as a caller sends it: null, and an empty list, mean no restriction. */
export interface AuditFilterInput {
  /** The global id of an account. */
  readonly actor?: string | null;
  readonly actions?: readonly string[] | null;
  readonly target?: string | null;
  readonly at?: { readonly from?: Date | null; readonly to?: Date | null } | null;
}

/** A global id is never longer. */
const maxTarget = 100;

/** Validates a filter of the audit log. Throws `BadUserInputError`. */
export function checkAuditFilter(input: AuditFilterInput | null | undefined): AuditFilter {
  const { actor, actions, target, at } = input ?? {};
  const account = actor == null ? null : parseNodeId(actor);
  if (actor != null && account?.type !== 'User')
    throw new BadUserInputError(`filter.actor must be the id of an account such as usr_1, got ${shown(actor)}.`);
  if (actions && actions.length > limits.filterItems)
    throw new BadUserInputError(`filter.actions must have at most ${limits.filterItems} items, got ${actions.length}.`);
  for (const [index, action] of (actions ?? []).entries())
    if (!Object.hasOwn(auditActions, action))
      throw new BadUserInputError(
        `filter.actions.${index} must be one of ${Object.keys(auditActions).join(', ')}, got ${shown(action)}.`,
      );
  if (target != null && (!isStorable(target) || lengthOf(target) > maxTarget))
    throw new BadUserInputError(
      `filter.target must be at most ${maxTarget} characters, without NUL and unpaired surrogates, got ${lengthOf(target)}.`,
    );
  return {
    ...(account && { actorId: Number(account.rest) }),
    ...(actions?.length && { actions }),
    ...(target != null && { target }),
    ...(at && { at: { ...(at.from && { from: at.from }), ...(at.to && { to: at.to }) } }),
  };
}

const shown = (text: string) => JSON.stringify(text.slice(0, 40));
