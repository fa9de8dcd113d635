import { ConflictError, InvalidCredentialsError, LimitReachedError, NotFoundError } from '../errors.ts';
import type { ApiKey, Store, User, UserRole } from '../store/store.ts';
import { generateApiKey } from './api-key.ts';
import { parseNodeId } from './ids.ts';
import { issueToken, type Token } from './jwt.ts';
import { hashPassword, isOutdated, normalizePassword, spellingsOf, verifyPassword } from './passwords.ts';
import { InputValidator, isBlank, limits } from './rules.ts';
import type { Secrets } from './secrets.ts';
import { parseTtl } from './ttl.ts';
import { checkNewName, findUserByTypedName, normalizeName, skeletonsOf } from './user-names.ts';
import type { KnownViewer } from './viewer.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Signs a person in: checks the password and issues a JWT. Throws `InvalidCredentialsError`, after the same time whether or not
 * the user name is known; `BusyError` when too many passwords are being checked; and the signal's reason when it is aborted
 * before the password is checked.
 */
export async function signIn(
  store: Store,
  secrets: Secrets,
  { username, password }: Credentials,
  { now = store.now(), signal }: { readonly now?: Date; readonly signal?: AbortSignal } = {},
): Promise<{ user: User; token: Token }> {
  const rules = new InputValidator();
  checkLength(rules, ['password'], password);
  rules.check();
  const user = await findUserByTypedName(store, username);
  const match = await verifyPassword(password, user?.passwordHash ?? null, signal);
  if (!user || match === null) throw new InvalidCredentialsError();
  // rehash replaces only the hash that was checked: the password may have been changed meanwhile
  if (match === 'typed' || isOutdated(user.passwordHash))
    await store.users.rehash(user.id, user.passwordHash, await hashPassword(password, signal));
  return { user, token: await issueToken(secrets, user, now) };
}

export interface NewAccount extends Credentials {
  readonly role: UserRole;
}

/** Creates an account. Throws `InvalidInputError`, and `ConflictError` when the user name is taken, or looks like one that is. */
export async function createUser(
  store: Store,
  { username, password, role }: NewAccount,
  now = store.now(),
): Promise<User> {
  const rules = new InputValidator();
  checkNewName(rules, ['username'], username);
  checkNewPassword(rules, ['password'], password);
  rules.check();
  const account = { username: normalizeName(username), role, createdAt: now };
  const skeletons = skeletonsOf(account.username);
  const user = await store.users.insert({ ...account, passwordHash: await hashPassword(password) }, skeletons);
  if (user) return user;
  const [asked, other] = [account.username, await store.users.findBySkeleton(skeletons)];
  throw new ConflictError(
    other === null || other.username === asked
      ? `The user name ${JSON.stringify(asked)} is taken.`
      : `The user name ${JSON.stringify(asked)} looks like ${JSON.stringify(other.username)}, which is taken.`,
    ['username'],
  );
}

/** Changes the role of a user. Throws `NotFoundError`, and `ConflictError` for the last administrator. */
export async function setUserRole(store: Store, nodeId: string, role: UserRole): Promise<User> {
  const id = parseNodeId(nodeId);
  const user = id?.type === 'User' ? await store.users.setRole(Number(id.rest), role) : null;
  if (user === 'lastAdmin') throw new ConflictError('The last administrator cannot be given another role.', ['role']);
  if (!user) throw new NotFoundError('user', nodeId);
  return user;
}

/** Sets the password of a user, for an operator; every token issued before is void. */
export async function setPassword(store: Store, user: User, password: string, now = store.now()): Promise<void> {
  const rules = new InputValidator();
  checkNewPassword(rules, ['password'], password);
  rules.check();
  if (!(await store.users.setPassword(user.id, await hashPassword(password), now)))
    throw new NotFoundError('user', user.username, ['name']);
}

/**
 * Changes the caller's own password, given the current one. Returns a new token, since the change voids those issued before. Of
 * concurrent changes the first one wins; the others throw `InvalidCredentialsError`, as their current password is no longer it.
 */
export async function changePassword(
  store: Store,
  secrets: Secrets,
  { user }: KnownViewer,
  input: { readonly currentPassword: string; readonly newPassword: string },
  { now = store.now(), signal }: { readonly now?: Date; readonly signal?: AbortSignal } = {},
): Promise<Token> {
  const rules = new InputValidator();
  checkLength(rules, ['currentPassword'], input.currentPassword);
  checkNewPassword(rules, ['newPassword'], input.newPassword);
  rules.check();
  const wrong = new InvalidCredentialsError('The current password is wrong.', ['currentPassword']);
  if (!(await verifyPassword(input.currentPassword, user.passwordHash, signal))) throw wrong;
  const hash = await hashPassword(input.newPassword, signal);
  const changed = await store.users.setPassword(user.id, hash, now, user.credentialsVersion);
  if (!changed) throw wrong;
  return issueToken(secrets, changed, now);
}

export interface NewApiKey {
  readonly name: string;
  readonly ttl: string;
  readonly labels?: readonly string[] | null;
}

/** Creates an API key. `secret` is the key itself, which is not stored. Throws `LimitReachedError` over the active keys of a user. */
export async function createApiKey(
  store: Store,
  secrets: Secrets,
  user: User,
  input: NewApiKey,
  now = store.now(),
): Promise<{ apiKey: ApiKey; secret: string }> {
  const rules = new InputValidator();
  rules.text(['name'], input.name, { min: 1, max: limits.apiKeyName });
  const given = (input.labels ?? []).map((label) => label.trim());
  const labels = [...new Set(given.filter((label) => !isBlank(label)))];
  rules.list(['labels'], labels, { items: limits.apiKeyLabels, length: limits.apiKeyLabelLength });
  const ttl = parseTtl(input.ttl);
  if ('error' in ttl) rules.refuse(['ttl'], `${ttl.error}.`);
  rules.check();
  if ('error' in ttl) throw new Error('unreachable: rules.check() has thrown');
  const key = generateApiKey(secrets);
  const apiKey = {
    id: key.id,
    userId: user.id,
    name: input.name,
    labels,
    prefix: key.prefix,
    hash: key.hash,
    ttl: ttl.ttl,
    createdAt: now,
    expiresAt: new Date(now.getTime() + ttl.seconds * 1000),
    lastUsedAt: null,
    revokedAt: null,
    access: 'write' as const,
    domains: null,
  };
  if (!(await store.apiKeys.insert(apiKey, limits.activeApiKeys)))
    throw new LimitReachedError(`Maximum of ${limits.activeApiKeys} active API keys per user.`, limits.activeApiKeys);
  return { apiKey, secret: key.text };
}

/** Revokes an API key of the user; a revoked one stays as it is. */
export async function revokeApiKey(store: Store, user: User, nodeId: string, now = store.now()): Promise<ApiKey> {
  const id = parseNodeId(nodeId);
  const key = id?.type === 'ApiKey' ? await store.apiKeys.revoke(id.rest, user.id, now) : null;
  if (!key) throw new NotFoundError('API key', nodeId);
  return key;
}

function checkNewPassword(rules: InputValidator, path: readonly string[], password: string) {
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
