import { ConflictError, InvalidCredentialsError, LimitReachedError, NotFoundError } from '../errors.ts';
import type { ApiKey, ApiKeyAccess, Session, Store, User, UserRole } from '../store/store.ts';
import { generateApiKey } from './api-key.ts';
import { type Actor, audit, auditRepeat, operator } from './audit.ts';
import { apiKeyNodeId, parseNodeId, userIdOf, userNodeId } from './ids.ts';
import { issueToken, type Token } from './jwt.ts';
import { normalizePassword, type Passwords, spellingsOf, standardPasswords } from './passwords.ts';
import { InputValidator, isBlank, limits, normalizeDomains } from './rules.ts';
import type { Secrets } from './secrets.ts';
import { newSession, openSession, type SessionOrigin } from './sessions.ts';
import { parseTtl } from './ttl.ts';
import { checkNewName, findUserByTypedName, normalizeName, skeletonsOf } from './user-names.ts';
import { hasScope, inactivityOf, type KnownViewer } from './viewer.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** From where somebody signs in, for the audit log and the session. */
export interface SignInOptions extends SessionOrigin {
  readonly now?: Date;
  readonly passwords?: Passwords;
  readonly signal?: AbortSignal;
}

/** Entries of sign-ins in the audit log: each is of an account whose password was right. */
const signInBounds = { perAddress: 1000, perMinute: 10_000 };

/**
 * Signs a person in: checks the password, opens a session and issues its JWT. Throws `InvalidCredentialsError`, after the same time
 * whether or not the user name is known; `ConflictError` when the password is changed meanwhile; `BusyError` when too many passwords are being checked; and the signal's reason when it is aborted
 * before the password is checked.
 */
export async function signIn(
  store: Store,
  secrets: Secrets,
  { username, password }: Credentials,
  { now = store.now(), passwords = standardPasswords, signal, ...origin }: SignInOptions = {},
): Promise<{ user: User; token: Token; session: Session }> {
  const rules = new InputValidator();
  checkLength(rules, ['password'], password);
  rules.check();
  const user = await findUserByTypedName(store, username);
  const match = await passwords.verifyPassword(password, user?.passwordHash ?? null, signal);
  if (!user || match === null) throw new InvalidCredentialsError();
  const inactive = inactivityOf(user);
  if (inactive !== null) throw new InvalidCredentialsError(inactive);
  // rehash replaces only the hash that was checked: the password may have been changed meanwhile
  if (match === 'typed' || passwords.isOutdated(user.passwordHash))
    await store.users.rehash(user.id, user.passwordHash, await passwords.hashPassword(password, signal));
  const session = newSession(user, origin, now);
  const { address } = origin;
  const by: Actor = { kind: 'person', user, ...(address !== undefined && { address }) };
  await store.transaction(async (tx) => {
    await openSession(tx, session);
    await auditRepeat(tx, by, 'signIn.succeeded', { repeat: String(user.id), ...signInBounds }, { at: now });
  });
  return { user, session, token: await issueToken(secrets, user, now, session) };
}

export interface NewAccount extends Credentials {
  readonly role: UserRole;
}

/** Who changes an account, and when: an operator at the command line, now, unless told otherwise. */
export interface By {
  readonly by?: Actor;
  readonly now?: Date;
}

/** The same, where a password is hashed. */
export interface ByWithPassword extends By {
  readonly passwords?: Passwords;
}

/** Creates an account. Throws `InvalidInputError`, and `ConflictError` when the user name is taken, or looks like one that is. */
export async function createUser(
  store: Store,
  { username, password, role }: NewAccount,
  { by = operator, now = store.now(), passwords = standardPasswords }: ByWithPassword = {},
): Promise<User> {
  const rules = new InputValidator();
  checkNewName(rules, ['username'], username);
  checkNewPassword(rules, ['password'], password);
  rules.check();
  const account = { username: normalizeName(username), role, createdAt: now };
  const skeletons = skeletonsOf(account.username);
  const passwordHash = await passwords.hashPassword(password);
  const user = await store.transaction(async (tx) => {
    const added = await tx.users.insert({ ...account, passwordHash }, skeletons);
    if (added) await audit(tx, by, 'user.created', { target: userNodeId(added.id), details: { role }, at: now });
    return added;
  });
  if (user) return user;
  throw await nameTaken(store, account.username);
}

/** Why a name cannot be that of a new account, which the insert has refused. */
export async function nameTaken(store: Store, asked: string): Promise<ConflictError> {
  if (await store.users.wasErased(asked))
    return new ConflictError('This user name was that of a person who was erased, and is not given again.', [
      'username',
    ]);
  const other = await store.users.findBySkeleton(skeletonsOf(asked));
  return new ConflictError(
    other === null || other.username === asked
      ? `The user name ${JSON.stringify(asked)} is taken.`
      : `The user name ${JSON.stringify(asked)} looks like ${JSON.stringify(other.username)}, which is taken.`,
    ['username'],
  );
}

/** Changes the role of a user. Throws `NotFoundError`, and `ConflictError` for the last administrator. */
export async function setUserRole(
  store: Store,
  nodeId: string,
  role: UserRole,
  { by = operator, now = store.now() }: By = {},
): Promise<User> {
  const id = userIdOf(nodeId);
  const user = await store.transaction(async (tx) => {
    const [before] = id === null ? [] : await tx.users.findMany([id]);
    const changed = before ? await tx.users.setRole(before.id, role) : null;
    if (before && changed !== null && changed !== 'lastAdmin' && before.role !== role)
      await audit(tx, by, 'user.roleChanged', { target: nodeId, details: { from: before.role, to: role }, at: now });
    return changed;
  });
  if (user === 'lastAdmin') throw new ConflictError('The last administrator cannot be given another role.', ['role']);
  if (!user) throw new NotFoundError('user', nodeId);
  return user;
}

/** Sets the password of a user; every token issued before is void, and the sessions are ended. */
export async function setPassword(
  store: Store,
  user: User,
  password: string,
  { by = operator, now = store.now(), passwords = standardPasswords }: ByWithPassword = {},
): Promise<void> {
  const rules = new InputValidator();
  checkNewPassword(rules, ['password'], password);
  rules.check();
  const hash = await passwords.hashPassword(password);
  await store.transaction(async (tx) => {
    if (!(await tx.users.setPassword(user.id, hash, now))) throw new NotFoundError('user', user.username, ['name']);
    await audit(tx, by, 'password.set', { target: userNodeId(user.id), at: now });
  });
}

/**
 * Changes the caller's own password, given the current one. Returns the token of a new session, since the change voids the tokens issued
 * before and ends their sessions. Of concurrent changes the first one wins; the others throw `InvalidCredentialsError`, as their current password is no longer it.
 */
export async function changePassword(
  store: Store,
  secrets: Secrets,
  viewer: KnownViewer,
  input: { readonly currentPassword: string; readonly newPassword: string },
  { now = store.now(), passwords = standardPasswords, signal, ...origin }: SignInOptions = {},
): Promise<Token> {
  const { user } = viewer;
  const rules = new InputValidator();
  checkLength(rules, ['currentPassword'], input.currentPassword);
  checkNewPassword(rules, ['newPassword'], input.newPassword);
  rules.check();
  const wrong = new InvalidCredentialsError('The current password is wrong.', ['currentPassword']);
  if (!(await passwords.verifyPassword(input.currentPassword, user.passwordHash, signal))) throw wrong;
  const hash = await passwords.hashPassword(input.newPassword, signal);
  const changed = await store.transaction(async (tx) => {
    const after = await tx.users.setPassword(user.id, hash, now, user.credentialsVersion);
    if (!after) throw wrong;
    await audit(tx, viewer, 'password.changed', { target: userNodeId(user.id), at: now });
    const session = newSession(after, origin, now);
    await openSession(tx, session);
    return { after, session };
  });
  return issueToken(secrets, changed.after, now, changed.session);
}

export interface NewApiKey {
  readonly name: string;
  readonly ttl: string;
  readonly labels?: readonly string[] | null;
  /** `write` unless told otherwise. */
  readonly access?: ApiKeyAccess | null;
  /** The domains that it is limited to; null for all. */
  readonly domains?: readonly string[] | null;
}

/**
 * Creates an API key. `secret` is the key itself, which is not stored. Throws `LimitReachedError` over the active keys of a user, and
 * `ConflictError` for an account that is closed, or is a suspended caller's own.
 */
export async function createApiKey(
  store: Store,
  secrets: Secrets,
  user: User,
  input: NewApiKey,
  { by = operator, now = store.now() }: By = {},
): Promise<{ apiKey: ApiKey; secret: string }> {
  const rules = new InputValidator();
  rules.text(['name'], input.name, { min: 1, max: limits.apiKeyName });
  const given = (input.labels ?? []).map((label) => label.trim());
  const labels = [...new Set(given.filter((label) => !isBlank(label)))];
  rules.list(['labels'], labels, { items: limits.apiKeyLabels, length: limits.apiKeyLabelLength });
  const domains = input.domains == null ? null : normalizeDomains(input.domains);
  if (domains?.length === 0) rules.refuse(['domains'], 'must have at least 1 item that is not empty, got 0.');
  rules.list(['domains'], domains ?? [], { items: limits.domains, length: limits.domainLength });
  const ttl = parseTtl(input.ttl);
  if ('error' in ttl) rules.refuse(['ttl'], `${ttl.error}.`);
  rules.check();
  if ('error' in ttl) throw new Error('unreachable: rules.check() has thrown');
  const keyLimits = { access: input.access ?? 'write', domains };
  const key = generateApiKey(secrets, keyLimits);
  const apiKey = {
    id: key.id,
    userId: user.id,
    name: input.name,
    labels,
    prefix: key.prefix,
    hash: key.hash,
    pepper: key.pepper,
    ttl: ttl.ttl,
    createdAt: now,
    expiresAt: new Date(now.getTime() + ttl.seconds * 1000),
    lastUsedAt: null,
    revokedAt: null,
    ...keyLimits,
  };
  await store.transaction(async (tx) => {
    if (!(await tx.apiKeys.insert(apiKey, limits.activeApiKeys)))
      throw new LimitReachedError(`Maximum of ${limits.activeApiKeys} active API keys per user.`, limits.activeApiKeys);
    // again, since the insert holds the account: one that was closed meanwhile must have no key when it is opened again
    const [owner] = await tx.users.findMany([user.id]);
    const inactive = owner && (owner.closedAt || 'user' in by) ? inactivityOf(owner) : null;
    if (inactive !== null) throw new ConflictError(inactive, []);
    const details = { owner: userNodeId(user.id), prefix: key.prefix, ttl: ttl.ttl, ...keyLimits };
    await audit(tx, by, 'apiKey.created', { target: apiKeyNodeId(key.id), details, at: now });
  });
  return { apiKey, secret: key.text };
}

/** Revokes an API key of the user; a revoked one stays as it is. */
export async function revokeApiKey(
  store: Store,
  user: User,
  nodeId: string,
  { by = operator, now = store.now() }: By = {},
): Promise<ApiKey> {
  const id = parseNodeId(nodeId);
  const key = await store.transaction(async (tx) => {
    const revoked = id?.type === 'ApiKey' ? await tx.apiKeys.revoke(id.rest, user.id, now) : null;
    // one that was revoked before keeps its time
    if (revoked?.revokedAt?.getTime() === now.getTime())
      await audit(tx, by, 'apiKey.revoked', { target: nodeId, details: { owner: userNodeId(user.id) }, at: now });
    return revoked;
  });
  if (!key) throw new NotFoundError('API key', nodeId);
  return key;
}

/** Revokes an API key of the caller, for administrators also anybody's. Throws `NotFoundError` for any other. */
export async function revokeAnyApiKey(store: Store, viewer: KnownViewer, nodeId: string): Promise<ApiKey> {
  const id = parseNodeId(nodeId);
  const [key] = id?.type === 'ApiKey' && hasScope(viewer, 'ADMIN') ? await store.apiKeys.findMany([id.rest]) : [];
  const [owner] = key ? await store.users.findMany([key.userId]) : [];
  return revokeApiKey(store, owner ?? viewer.user, nodeId, { by: viewer });
}

/** Sets the password of a user by id; otherwise as `setPassword`. Throws `NotFoundError`. */
export async function setUserPassword(
  store: Store,
  input: { readonly id: string; readonly newPassword: string },
  { by = operator, now = store.now(), passwords = standardPasswords }: ByWithPassword = {},
): Promise<User> {
  const rules = new InputValidator();
  checkNewPassword(rules, ['newPassword'], input.newPassword);
  rules.check();
  const id = userIdOf(input.id);
  const [user] = id === null ? [] : await store.users.findMany([id]);
  if (!user) throw new NotFoundError('user', input.id);
  await setPassword(store, user, input.newPassword, { by, now, passwords });
  return user;
}

/** Validates a password that is being set. */
export function checkNewPassword(rules: InputValidator, path: readonly string[], password: string) {
  const kept = normalizePassword(password);
  rules.text(path, kept, { min: limits.passwordMin, max: limits.passwordBytes });
  checkLength(rules, path, kept);
}

/** Refuses a password of which no spelling is short enough. */
function checkLength(rules: InputValidator, path: readonly string[], password: string) {
  const bytes = Buffer.byteLength(password, 'utf8');
  if (spellingsOf(password).length === 0)
    rules.refuse(path, `must be at most ${limits.passwordBytes} bytes of UTF-8, got ${bytes}.`);
}
