import { InvalidCredentialsError, LimitReachedError, NotFoundError } from '../errors.ts';
import type { Invitation, Session, Store, User, UserRole } from '../store/store.ts';
import { type By, checkNewPassword, nameTaken, type SignInOptions } from './account.ts';
import { type Actor, audit, operator } from './audit.ts';
import { invitationNodeId, parseNodeId, userNodeId } from './ids.ts';
import { generateInvitationToken, parseInvitationToken } from './invitation-token.ts';
import { issueToken, type Token } from './jwt.ts';
import { standardPasswords } from './passwords.ts';
import { InputValidator, limits } from './rules.ts';
import type { Secrets } from './secrets.ts';
import { newSession, openSession } from './sessions.ts';
import { parseTtl } from './ttl.ts';
import { checkNewName, normalizeName, skeletonsOf } from './user-names.ts';
import { hasScope, inactivityOf } from './viewer.ts';

/**
 * Invitations: whoever has the token of one may open an account with its role, once. They are void while who made them is no
 * administrator who can sign in.
 */

export interface NewInvitation {
  readonly role: UserRole;
  /** The name that is suggested to who is invited. */
  readonly username?: string | null;
  readonly ttl: string;
}

/**
 * Makes an invitation. `token` is shown once, and not stored. Throws `InvalidInputError`, `ConflictError` for a suggested name that is taken or
 * looks like one that is, and `LimitReachedError`.
 */
export async function inviteUser(
  store: Store,
  { role, username, ttl }: NewInvitation,
  { by = operator, now = store.now() }: By = {},
): Promise<{ invitation: Invitation; token: string }> {
  const rules = new InputValidator();
  if (username != null) checkNewName(rules, ['username'], username);
  const lifetime = parseTtl(ttl, limits.invitationSeconds);
  if ('error' in lifetime) rules.refuse(['ttl'], `${lifetime.error}.`);
  rules.check();
  if ('error' in lifetime) throw new Error('unreachable: rules.check() has thrown');
  const name = username == null ? null : normalizeName(username);
  if (name !== null && (await isTaken(store, name))) throw await nameTaken(store, name);
  const token = generateInvitationToken();
  const invitation: Invitation = {
    id: token.id,
    userId: 'user' in by ? by.user.id : null,
    tokenHash: token.hash,
    role,
    username: name,
    createdAt: now,
    expiresAt: new Date(now.getTime() + lifetime.seconds * 1000),
  };
  const outcome = await store.transaction(async (tx) => {
    const added = await tx.invitations.insert(invitation, limits.invitations);
    const details = { role, expiresAt: invitation.expiresAt.toISOString() };
    if (added === 'added')
      await audit(tx, by, 'user.invited', { target: invitationNodeId(invitation.id), details, at: now });
    return added;
  });
  if (outcome === 'full')
    throw new LimitReachedError(
      `Maximum of ${limits.invitations} invitations that wait to be accepted.`,
      limits.invitations,
    );
  if (outcome === 'nameErased') throw await nameTaken(store, name ?? '');
  return { invitation, token: token.text };
}

const isTaken = async (store: Store, name: string): Promise<boolean> =>
  (await store.users.findBySkeleton(skeletonsOf(name))) !== null ||
  (await store.users.findByName(name)) !== null ||
  (await store.users.wasErased(name));

/** Revokes an invitation that waits. Throws `NotFoundError`, also for one that was accepted or revoked already. */
export async function revokeInvitation(
  store: Store,
  nodeId: string,
  { by = operator, now = store.now() }: By = {},
): Promise<Invitation> {
  const id = parseNodeId(nodeId);
  const revoked = await store.transaction(async (tx) => {
    const taken = id?.type === 'Invitation' ? await tx.invitations.take(id.rest) : null;
    if (taken) await audit(tx, by, 'invitation.revoked', { target: nodeId, details: { role: taken.role }, at: now });
    return taken;
  });
  if (!revoked) throw new NotFoundError('invitation', nodeId);
  return revoked;
}

/** The invitation of a token; null where it cannot be accepted. */
export async function findInvitation(store: Store, token: string, now = store.now()): Promise<Invitation | null> {
  const presented = parseInvitationToken(token);
  const invitation = presented && (await store.invitations.find(presented.id));
  return invitation && presented.matches(invitation) && (await isValid(store, invitation, now)) ? invitation : null;
}

async function isValid(store: Store, { userId, expiresAt }: Invitation, now: Date): Promise<boolean> {
  if (expiresAt <= now) return false;
  if (userId === null) return true;
  const [user] = await store.users.findMany([userId]);
  return !!user && inactivityOf(user) === null && hasScope({ kind: 'person', user }, 'ADMIN');
}

export interface Acceptance {
  readonly token: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Accepts an invitation: opens the account and signs the person in. Of concurrent calls with one token, in whatever process, one does. Throws
 * `InvalidInputError`; `InvalidCredentialsError` for a token that cannot be used, whatever the reason, before it hashes anything;
 * `ConflictError` when the name is taken, which leaves the invitation as it is; otherwise as `signIn`.
 */
export async function acceptInvitation(
  store: Store,
  secrets: Secrets,
  { token, username, password }: Acceptance,
  { now = store.now(), passwords = standardPasswords, signal, ...origin }: SignInOptions = {},
): Promise<{ user: User; token: Token; session: Session }> {
  const rules = new InputValidator();
  checkNewName(rules, ['username'], username);
  checkNewPassword(rules, ['password'], password);
  rules.check();
  const invitation = await findInvitation(store, token, now);
  if (!invitation) throw unusable();
  const name = normalizeName(username);
  // before the hash, which costs much; the insert decides
  if (await isTaken(store, name)) throw await nameTaken(store, name);
  const passwordHash = await passwords.hashPassword(password, signal);
  const { role } = invitation;
  const opened = await store.transaction(async (tx) => {
    // first: who comes second waits here, and has opened no account
    const taken = await tx.invitations.take(invitation.id);
    if (!taken || !(await isValid(tx, taken, now))) throw unusable();
    const user = await tx.users.insert({ username: name, role, createdAt: now, passwordHash }, skeletonsOf(name));
    if (!user) throw await nameTaken(tx, name);
    const session = newSession(user, origin, now);
    await openSession(tx, session);
    const { address } = origin;
    const by: Actor = { kind: 'person', user, ...(address !== undefined && { address }) };
    const details = { invitation: invitationNodeId(invitation.id), role };
    await audit(tx, by, 'invitation.accepted', { target: userNodeId(user.id), details, at: now });
    return { user, session };
  });
  return { ...opened, token: await issueToken(secrets, opened.user, now, opened.session) };
}

/** The same for every reason: it says nothing to who guesses. */
const unusable = () =>
  new InvalidCredentialsError(
    'This invitation cannot be used: it was accepted or revoked, has expired, or there never was one. Ask for another one.',
    ['token'],
  );
