import type { AuditEntry, Store } from '../store/store.ts';
import { lengthOf } from './rules.ts';
import type { Viewer } from './viewer.ts';

/**
 * What the audit log records: everything that changes who may do what, or what is said. A new action is a line here, and one in
 * the table of docs/audit.md; the domain function that does it calls `audit` in its transaction.
 */
export const auditActions = {
  'signIn.succeeded': 'Somebody signed in by name and password.',
  'signIn.failed':
    'A password was wrong, at a sign-in or as the current one at a change, or the account is suspended or closed.',
  'signIn.refused': 'Too many passwords were wrong: the next ones are not checked.',
  'password.changed': 'Somebody changed their own password.',
  'password.set': 'Somebody else set the password of an account.',
  'session.ended': 'A session was ended, and with it its token.',
  'sessions.ended': 'The sessions of an account were ended, as many as `count` says, all or all but the own one.',
  'user.created': 'An account was opened.',
  'user.invited': 'An invitation was made, for an account with a `role`.',
  'invitation.accepted': 'Somebody who was invited opened an account: by the `invitation`, with a `role`.',
  'invitation.revoked': 'An invitation was revoked.',
  'user.roleChanged': 'An account was given another role.',
  'user.suspended': 'An account was suspended.',
  'user.reinstated': 'The suspension of an account was lifted.',
  'user.closed': 'An account was closed, and its keys were revoked.',
  'user.reopened': 'A closed account was opened again.',
  'apiKey.created': 'An API key was made.',
  'apiKey.firstUsed': 'An API key was used for the first time.',
  'apiKey.revoked': 'An API key was revoked.',
  'unit.approved': 'A reviewer approved a unit.',
  'unit.rejected': 'A reviewer rejected a unit.',
  'unit.released': 'A reviewer released a unit that was held for what looked like credentials.',
  'unit.retired': 'A reviewer retired a unit.',
  'unit.reinstated': 'A reviewer reinstated a retired or superseded unit.',
  'unit.reopened': 'A reviewer reopened the decision over a unit.',
  'unit.superseded': 'A reviewer had another unit supersede a unit: `by`.',
  'unit.merged': 'A reviewer closed a duplicate: `into` says the same.',
  'repeat.dismissed': 'A reviewer said that a unit does not say the same as another one: `other`.',
  'unit.amended': 'A pending unit was changed.',
  'unit.revised': 'An approved unit was changed: by a reviewer, or by a suggestion that was approved.',
  'suggestion.rejected': 'A reviewer rejected a suggestion to change a unit.',
  'suggestion.reopened': 'A suggestion waits again that was rejected with the suspension of its author.',
  'units.importing': 'An import of units began.',
  'units.imported': 'An import of units ended.',
  'units.seeded': 'Units were proposed and decided over from a file.',
  'quarantine.admitted': 'A unit was made of a row in quarantine.',
  'quarantine.discarded': 'A row was deleted from quarantine: of the table `source`.',
  'database.adopted': 'The database of a Python server was taken over.',
  'adoption.discarded': 'What was kept of the database of a Python server was removed.',
  'database.copied': 'This database was filled with the rows of another one.',
  'settings.changed': 'A server started with other settings than the one before.',
  'unit.erased': 'An administrator erased a unit for good.',
  'user.erased': 'An administrator erased a person: the account, and the name.',
  'webhook.created': 'A webhook was made, which sends to `host`.',
  'webhook.changed': 'A webhook was changed: the `fields`. It sends to `host`.',
  'webhook.switchedOn': 'A webhook was switched on.',
  'webhook.switchedOff':
    'A webhook was switched off, by the server for a `reason`: `failing`, `gone`, `owner`, `document` or `backlog`.',
  'webhook.secretRotated': 'A webhook was given another secret.',
  'webhook.tested': 'Somebody sent a test to a webhook.',
  'webhook.sentAgain': 'Somebody had a `delivery` of a webhook sent again.',
  'webhook.deleted': 'A webhook was deleted.',
} as const;

export type AuditAction = keyof typeof auditActions;

/** Who does something: a caller, an operator at the command line, or the server by itself. */
export type Actor = Viewer | { readonly kind: 'operator' } | { readonly kind: 'server' };

export const operator: Actor = { kind: 'operator' };
export const theServer: Actor = { kind: 'server' };

/** What an entry says beyond who did what: JSON values. No secrets, and no names of people, who may be erased. */
export type AuditDetails = { readonly [name: string]: AuditValue };
export type AuditValue = string | number | boolean | null | readonly AuditValue[] | AuditDetails;

export interface Audited {
  /** The global id of what it was done to (`domain/ids.ts`); null where it is no single thing. */
  readonly target?: string | null;
  readonly details?: AuditDetails;
  readonly at?: Date;
}

/**
 * Adds an entry to the audit log. Call it with the store of the transaction that does what it records, so that there is both or
 * neither.
 *
 * @example
 * await store.transaction(async (tx) => {
 *   const unit = await tx.reviews.decide(id, review);
 *   await audit(tx, viewer, 'unit.approved', { target: id, details: { note }, at: now });
 * });
 */
export function audit(store: Store, by: Actor, action: AuditAction, audited: Audited = {}): Promise<void> {
  return store.audit.record(entryOf(store, by, action, audited));
}

/** How many entries there are of one address and one minute, and of one minute, and what is told apart in them. */
export interface RepeatBounds {
  /** Repeats with the same text are counted in one entry; at most 100 characters. */
  readonly repeat: string;
  readonly perAddress: number;
  readonly perMinute: number;
}

/** The same for what a caller can repeat at will: repeats of a minute are counted in one entry. */
export function auditRepeat(
  store: Store,
  by: Actor,
  action: AuditAction,
  bounds: RepeatBounds,
  audited: Audited = {},
): Promise<void> {
  return store.audit.recordRepeat(entryOf(store, by, action, audited), bounds);
}

function entryOf(store: Store, by: Actor, action: AuditAction, { target = null, details, at }: Audited) {
  return {
    at: at ?? store.now(),
    action,
    ...actorOf(by),
    target,
    details: details === undefined ? null : detailsText(details),
  };
}

function actorOf(by: Actor): Pick<AuditEntry, 'actorKind' | 'actorId' | 'keyId' | 'address'> {
  return {
    actorKind: by.kind,
    actorId: 'user' in by ? by.user.id : null,
    keyId: by.kind === 'agent' ? by.keyId : null,
    address: ('address' in by && by.address) || null,
  };
}

/** Limits of the details: of a text in code points, of the items of a list or object, and of the whole as JSON. */
export const detailLimits = { text: 500, items: 100, length: 16_384 } as const;

/** The details as JSON that both databases can store; what is too long is cut. */
function detailsText(details: AuditDetails): string {
  const text = JSON.stringify(bounded(details));
  return text.length <= detailLimits.length ? text : JSON.stringify({ cut: `${text.length} characters are too many` });
}

function bounded(value: AuditValue): AuditValue {
  if (typeof value === 'string') return cut(value.toWellFormed().replaceAll('\0', '\ufffd'));
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.slice(0, detailLimits.items).map(bounded);
  const entries = Object.entries(value as AuditDetails).slice(0, detailLimits.items);
  return Object.fromEntries(entries.map(([name, part]) => [cut(name), bounded(part)]));
}

function cut(text: string): string {
  // a code point has at most two UTF-16 units
  const start = text.slice(0, 2 * detailLimits.text + 2);
  if (lengthOf(start) <= detailLimits.text) return start;
  return `${[...start].slice(0, detailLimits.text).join('')}…`;
}
