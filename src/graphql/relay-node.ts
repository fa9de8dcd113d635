import { parseNodeId } from '../domain/ids.ts';
import { maySee, maySeeAuthor } from '../domain/knowledge.ts';
import { isOpen } from '../domain/sessions.ts';
import { isSuggestion, maySeeSuggestion } from '../domain/suggestions.ts';
import { countRead } from '../domain/usage.ts';
import { hasScope } from '../domain/viewer.ts';
import type {
  ApiKey,
  Flag,
  Invitation,
  KnowledgeUnit,
  Quarantined,
  Revision,
  Session,
  UnitEvent,
  User,
  Webhook,
  WebhookDelivery,
} from '../store/store.ts';
import type { Context } from './context.ts';

/** The concrete types of Relay's interface `Node`. */
export type AnyNode =
  | (KnowledgeUnit & { readonly __typename?: 'KnowledgeUnit' })
  | (Flag & { readonly __typename?: 'Flag' })
  | (Revision & { readonly __typename?: 'Suggestion' })
  | (UnitEvent & { readonly __typename?: 'Activity' })
  | (User & { readonly __typename?: 'User' })
  | (ApiKey & { readonly __typename?: 'ApiKey' })
  | (Session & { readonly __typename?: 'Session' })
  | (Invitation & { readonly __typename?: 'Invitation' })
  | (Quarantined & { readonly __typename?: 'QuarantinedRow' })
  | (Webhook & { readonly __typename?: 'Webhook' })
  | (WebhookDelivery & { readonly __typename?: 'WebhookDelivery' });

/** Finds an object by its global id; null when there is none, or the caller may not read it. */
export async function findNode(id: string, context: Context): Promise<AnyNode | null> {
  const parsed = parseNodeId(id);
  switch (parsed?.type) {
    case 'KnowledgeUnit': {
      const unit = await unitAskedFor(id, context);
      return unit && { __typename: 'KnowledgeUnit', ...unit };
    }
    case 'Flag': {
      if (!hasScope(context.viewer, 'REVIEWER')) return null;
      const [flag] = await context.store.flags.findMany([id]);
      return flag ? { __typename: 'Flag', ...flag } : null;
    }
    case 'Suggestion': {
      const [suggestion] = await context.store.revisions.findMany([id]);
      if (!suggestion || !isSuggestion(suggestion) || !maySeeSuggestion(context.viewer, suggestion)) return null;
      return { __typename: 'Suggestion', ...suggestion };
    }
    case 'Activity': {
      if (context.viewer.kind === 'anonymous') return null;
      const [event] = await context.store.events.findMany([Number(parsed.rest)]);
      // of their own proposals callers see it in `viewer.activity`
      const unit = event && (await context.loaders.unit.load(event.unitId));
      return unit && maySeeAuthor(context.viewer, unit) && maySee(context.viewer, unit)
        ? { __typename: 'Activity', ...event }
        : null;
    }
    case 'User':
      return findUser(Number(parsed.rest), context);
    case 'ApiKey':
      return findApiKey(parsed.rest, context);
    case 'Session':
      return findSession(parsed.rest, context);
    case 'Invitation': {
      if (!hasScope(context.viewer, 'ADMIN')) return null;
      const invitation = await context.store.invitations.find(parsed.rest);
      return invitation && invitation.expiresAt > context.store.now()
        ? { __typename: 'Invitation', ...invitation }
        : null;
    }
    case 'QuarantinedRow': {
      const row = hasScope(context.viewer, 'ADMIN') ? await context.store.quarantine.find(Number(parsed.rest)) : null;
      return row && { __typename: 'QuarantinedRow', ...row };
    }
    case 'Webhook': {
      const webhook = hasScope(context.viewer, 'ADMIN') ? await context.store.webhooks.find(parsed.rest) : null;
      return webhook && { __typename: 'Webhook', ...webhook };
    }
    case 'WebhookDelivery': {
      if (!hasScope(context.viewer, 'ADMIN')) return null;
      const delivery = await context.store.webhooks.findDelivery(parsed.rest);
      return delivery && { __typename: 'WebhookDelivery', ...delivery };
    }
    default:
      return null;
  }
}

/** Finds a unit that the caller asks for by its id and may read, and counts that; else null. */
export async function unitAskedFor(id: string, context: Context): Promise<KnowledgeUnit | null> {
  const unit = await visibleUnit(id, context);
  if (unit) countRead(context.store, context.viewer, unit);
  return unit;
}

/** Finds a unit that the caller may read; else null. */
export async function visibleUnit(id: string, { loaders, viewer }: Context): Promise<KnowledgeUnit | null> {
  if (parseNodeId(id)?.type !== 'KnowledgeUnit') return null;
  const unit = await loaders.unit.load(id);
  return unit && maySee(viewer, unit) ? unit : null;
}

/** A user is visible to reviewers and to that user. */
async function findUser(id: number, { store, viewer }: Context): Promise<AnyNode | null> {
  const own = viewer.kind !== 'anonymous' && viewer.user.id === id;
  if (!own && !hasScope(viewer, 'REVIEWER')) return null;
  const [user] = await store.users.findMany([id]);
  return user ? { __typename: 'User', ...user } : null;
}

/** An API key is visible to its owner, and to administrators. */
async function findApiKey(id: string, { store, viewer }: Context): Promise<AnyNode | null> {
  if (viewer.kind !== 'person') return null;
  const [key] = await store.apiKeys.findMany([id]);
  return key && (key.userId === viewer.user.id || hasScope(viewer, 'ADMIN')) ? { __typename: 'ApiKey', ...key } : null;
}

/** A session that is in force is visible to whom it is of, and to administrators. */
async function findSession(id: string, { store, viewer, loaders }: Context): Promise<AnyNode | null> {
  if (viewer.kind !== 'person') return null;
  const [session] = await store.sessions.findMany([id]);
  if (!session || (session.userId !== viewer.user.id && !hasScope(viewer, 'ADMIN'))) return null;
  const owner = await loaders.userById.load(session.userId);
  return owner && isOpen(session, owner, store.now()) ? { __typename: 'Session', ...session } : null;
}
