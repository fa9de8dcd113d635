import { ForbiddenError, UnauthenticatedError } from '../errors.ts';
import type { User } from '../store/store.ts';

export type Scope = 'ANYONE' | 'AUTHENTICATED' | 'KNOWLEDGE_WRITE' | 'REVIEWER' | 'ADMIN';

/** Who is asking: nobody in particular, a person who signed in, or an agent with a person's key. */
export type Viewer =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'person'; readonly user: User }
  | { readonly kind: 'agent'; readonly user: User; readonly keyId: string };

export type KnownViewer = Exclude<Viewer, { kind: 'anonymous' }>;

export const anonymous: Viewer = { kind: 'anonymous' };

/** What the log calls a caller. */
export const nameOf = (viewer: Viewer): string =>
  viewer.kind === 'anonymous' ? 'anonymous' : `${viewer.kind} ${viewer.user.username}`;

const scopesByRole: Record<User['role'], readonly Scope[]> = {
  member: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE'],
  reviewer: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE', 'REVIEWER'],
  admin: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE', 'REVIEWER', 'ADMIN'],
};

/** What a caller may do. A key never does more than propose, confirm and flag, whoever owns it. */
export function scopesOf(viewer: Viewer): readonly Scope[] {
  if (viewer.kind === 'anonymous') return ['ANYONE'];
  return viewer.kind === 'agent' ? ['ANYONE', 'KNOWLEDGE_WRITE'] : scopesByRole[viewer.user.role];
}

export const may = (viewer: Viewer, scope: Scope): boolean => scopesOf(viewer).includes(scope);

const refusals: Record<Scope, string> = {
  ANYONE: '',
  AUTHENTICATED: 'This needs a signed-in person; an API key is not enough.',
  KNOWLEDGE_WRITE: 'This needs the right to propose, confirm and flag.',
  REVIEWER: 'This needs a signed-in reviewer.',
  ADMIN: 'This needs a signed-in administrator.',
};

/** The viewer, known; throws `UnauthenticatedError` for nobody and `ForbiddenError` for somebody without the scope. */
export function requireScope(viewer: Viewer, scope: Scope): KnownViewer {
  if (viewer.kind === 'anonymous') throw new UnauthenticatedError();
  if (!may(viewer, scope)) throw new ForbiddenError(refusals[scope]);
  return viewer;
}
