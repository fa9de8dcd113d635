import { ForbiddenError, UnauthenticatedError } from '../errors.ts';
import type { ApiKey, User } from '../store/store.ts';

/** An authorization scope; `@requires` in the schema and `scope` of a REST route name the one that is needed. */
export type Scope = 'ANYONE' | 'AUTHENTICATED' | 'KNOWLEDGE_WRITE' | 'REVIEWER' | 'ADMIN';

/**
 * The authenticated caller: anonymous, a person with a token, or an agent with a person's API key. `address` is the caller's network
 * address, for the audit log.
 */
export type Viewer =
  | { readonly kind: 'anonymous'; readonly address?: string }
  | {
      readonly kind: 'person';
      readonly user: User;
      /** That of the token; absent with tokens of a release that had none. */
      readonly sessionId?: string;
      readonly address?: string;
    }
  | {
      readonly kind: 'agent';
      readonly user: User;
      readonly keyId: string;
      /** What the key is limited to. */
      readonly limits: Pick<ApiKey, 'access' | 'domains'>;
      readonly address?: string;
    };

export type KnownViewer = Exclude<Viewer, { kind: 'anonymous' }>;

export const anonymous: Viewer = { kind: 'anonymous' };

/** Why neither passwords, tokens nor keys of an account work; null for an account that is neither suspended nor closed. */
export function inactivityOf({ suspendedAt, closedAt }: Pick<User, 'suspendedAt' | 'closedAt'>): string | null {
  if (closedAt) return 'This account is closed.';
  return suspendedAt ? 'This account is suspended.' : null;
}

/** The caller's name in the access log. */
export const nameOf = (viewer: Viewer): string =>
  viewer.kind === 'anonymous' ? 'anonymous' : `${viewer.kind} ${viewer.user.username}`;

const scopesByRole: Record<User['role'], readonly Scope[]> = {
  member: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE'],
  reviewer: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE', 'REVIEWER'],
  admin: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE', 'REVIEWER', 'ADMIN'],
};

/** The scopes of a caller. An API key only has `KNOWLEDGE_WRITE`, whatever the role of its owner; one that may only read has not even that. */
export function scopesOf(viewer: Viewer): readonly Scope[] {
  if (viewer.kind === 'anonymous') return ['ANYONE'];
  if (viewer.kind === 'person') return scopesByRole[viewer.user.role];
  return viewer.limits.access === 'read' ? ['ANYONE'] : ['ANYONE', 'KNOWLEDGE_WRITE'];
}

/** The domains that a caller is limited to; null for no such limit. */
export const domainsOf = (viewer: Viewer): readonly string[] | null =>
  viewer.kind === 'agent' ? viewer.limits.domains : null;

/** Whether a caller has a scope. */
export const hasScope = (viewer: Viewer, scope: Scope): boolean => scopesOf(viewer).includes(scope);

const forbidden: Record<Scope, string> = {
  ANYONE: '',
  AUTHENTICATED: 'This needs a signed-in person; an API key is not enough.',
  KNOWLEDGE_WRITE: 'This needs the right to propose, confirm and flag.',
  REVIEWER: 'This needs a signed-in reviewer.',
  ADMIN: 'This needs a signed-in administrator.',
};

/** Authorizes a caller. Throws `UnauthenticatedError` for an anonymous one, and `ForbiddenError` for one without the scope. */
export function requireScope(viewer: Viewer, scope: Scope): KnownViewer {
  if (viewer.kind === 'anonymous') throw new UnauthenticatedError();
  if (!hasScope(viewer, scope))
    throw new ForbiddenError(
      scope === 'KNOWLEDGE_WRITE' && viewer.kind === 'agent' ? 'This key may only read.' : forbidden[scope],
    );
  return viewer;
}
