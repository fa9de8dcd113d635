import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/domain/account.ts';
import { userNodeId } from '../../src/domain/ids.ts';
import { confidence } from '../../src/domain/rules.ts';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { aUnit, type Person, startServer, type TestServer } from '../harness.ts';
import { clients } from '../mcp/clients.ts';
import { get } from '../rest/client.ts';
import { anInvitation } from '../store/conformance/invitations.ts';
import { keepInQuarantine } from '../store/conformance/quarantine.ts';
import { aDelivery, aWebhook } from '../store/conformance/webhooks.ts';

/**
 * Who may read what of people, keys, flags, reviews, activity, embeddings, and units that are not approved. The tables are
 * written by hand, and must name every field of the SDL that they are about: a new one has to be thought of here.
 */

/** Every `@requires` of the SDL. */
const guards: Record<string, string> = {
  'KnowledgeStats.recentActivity': 'REVIEWER',
  'KnowledgeStats.topContributors': 'REVIEWER',
  'KnowledgeUnit.duplicates': 'REVIEWER',
  'KnowledgeUnit.flags': 'REVIEWER',
  'KnowledgeUnit.heldSecrets': 'REVIEWER',
  'KnowledgeUnit.secretsReleasedBy': 'REVIEWER',
  'KnowledgeUnit.suggestions': 'REVIEWER',
  'KnowledgeUnit.withdrawal': 'REVIEWER',
  'Mutation.amendKnowledgeUnit': 'KNOWLEDGE_WRITE',
  'Mutation.approveKnowledgeUnit': 'REVIEWER',
  'Mutation.releaseKnowledgeUnit': 'REVIEWER',
  'Mutation.approveSuggestion': 'REVIEWER',
  'Mutation.changePassword': 'AUTHENTICATED',
  'Mutation.closeUser': 'AUTHENTICATED',
  'Mutation.confirmKnowledgeUnit': 'KNOWLEDGE_WRITE',
  'Mutation.createApiKey': 'AUTHENTICATED',
  'Mutation.createUser': 'ADMIN',
  'Mutation.endOtherSessions': 'AUTHENTICATED',
  'Mutation.endSession': 'AUTHENTICATED',
  'Mutation.endUserSessions': 'ADMIN',
  'Mutation.eraseKnowledgeUnit': 'ADMIN',
  'Mutation.eraseUser': 'ADMIN',
  'Mutation.admitQuarantinedRow': 'ADMIN',
  'Mutation.discardQuarantinedRow': 'ADMIN',
  'Query.quarantine': 'ADMIN',
  'Query.serverState': 'ADMIN',
  'Mutation.inviteUser': 'ADMIN',
  'Mutation.revokeInvitation': 'ADMIN',
  'Query.invitations': 'ADMIN',
  'Mutation.flagKnowledgeUnit': 'KNOWLEDGE_WRITE',
  'Mutation.mergeKnowledgeUnit': 'REVIEWER',
  'Mutation.proposeKnowledgeUnit': 'KNOWLEDGE_WRITE',
  'Mutation.rebaseSuggestion': 'KNOWLEDGE_WRITE',
  'Mutation.reinstateKnowledgeUnit': 'REVIEWER',
  'Mutation.reinstateUser': 'ADMIN',
  'Mutation.rejectKnowledgeUnit': 'REVIEWER',
  'Mutation.rejectSuggestion': 'REVIEWER',
  'Mutation.reopenKnowledgeUnit': 'REVIEWER',
  'Mutation.reopenUser': 'ADMIN',
  'Mutation.retireKnowledgeUnit': 'REVIEWER',
  'Mutation.retryEmbeddings': 'ADMIN',
  'Mutation.reviewKnowledgeUnits': 'REVIEWER',
  'Mutation.revokeApiKey': 'AUTHENTICATED',
  'Mutation.setUserPassword': 'ADMIN',
  'Mutation.signOut': 'AUTHENTICATED',
  'Mutation.setUserRole': 'ADMIN',
  'Query.attention': 'REVIEWER',
  'Query.nearRepeats': 'REVIEWER',
  'Mutation.dismissNearRepeat': 'REVIEWER',
  'Mutation.suggestRevision': 'KNOWLEDGE_WRITE',
  'Mutation.supersedeKnowledgeUnit': 'REVIEWER',
  'Mutation.suspendUser': 'ADMIN',
  'Mutation.withdrawSuggestion': 'KNOWLEDGE_WRITE',
  'Query.auditCursor': 'ADMIN',
  'Query.auditLog': 'ADMIN',
  'Query.embeddingStatus': 'ADMIN',
  'Query.erasures': 'ADMIN',
  'Query.reviewQueue': 'REVIEWER',
  'Query.suggestionQueue': 'REVIEWER',
  'Query.userErasures': 'ADMIN',
  'Query.users': 'ADMIN',
  'Review.internalNote': 'REVIEWER',
  'Subscription.auditLogged': 'ADMIN',
  'Subscription.proposalDecided': 'KNOWLEDGE_WRITE',
  'Subscription.reviewQueueChanged': 'REVIEWER',
  'User.apiKeys': 'ADMIN',
  'User.closedAt': 'ADMIN',
  'User.lastUsedAt': 'ADMIN',
  'User.sessions': 'ADMIN',
  'User.proposalRecord': 'REVIEWER',
  'User.role': 'ADMIN',
  'User.suspendedAt': 'ADMIN',
  'User.suspendedBy': 'ADMIN',
  'User.suspensionReason': 'ADMIN',
  'Mutation.createWebhook': 'ADMIN',
  'Mutation.deleteWebhook': 'ADMIN',
  'Mutation.rotateWebhookSecret': 'ADMIN',
  'Mutation.sendWebhookAgain': 'ADMIN',
  'Mutation.switchWebhookOff': 'ADMIN',
  'Mutation.switchWebhookOn': 'ADMIN',
  'Mutation.testWebhook': 'ADMIN',
  'Mutation.updateWebhook': 'ADMIN',
  'Query.webhooks': 'ADMIN',
  'Viewer.apiKeys': 'AUTHENTICATED',
  'Viewer.sessions': 'AUTHENTICATED',
};

const callers = ['anonymous', 'author', 'agent of author', 'other', 'reviewer', 'admin', 'agent of admin'] as const;
type Caller = (typeof callers)[number];
const known = callers.filter((caller) => caller !== 'anonymous');
const persons: readonly Caller[] = ['author', 'other', 'reviewer', 'admin'];
const reviewers: readonly Caller[] = ['reviewer', 'admin'];
const authors: readonly Caller[] = ['author', 'agent of author', ...reviewers];
const admins: readonly Caller[] = ['admin'];
/** Who gets past a guard. */
const allowed: Record<string, readonly Caller[]> = {
  AUTHENTICATED: persons,
  KNOWLEDGE_WRITE: known,
  REVIEWER: reviewers,
  ADMIN: admins,
};

/** Of a list of related units, one with this status. */
interface WithStatus {
  readonly status: string;
}

/** How a caller comes to see an object, who does, and what the others get: null, or an error at that field. */
interface Way {
  /** An operation in which `$type` stands for every leaf of that type. */
  readonly query: string;
  /** What leads to the object, or to a list of which the first is looked at. */
  readonly at: readonly (string | number | WithStatus)[];
  readonly readers: readonly Caller[];
  readonly others?: 'null' | 'refused';
  /** Who gets null before a field is reached that refuses the others. */
  readonly unreached?: readonly Caller[];
}

const unit = (id: string, selection: string) => `{ knowledgeUnit(id: "${id}") { ${selection} } }`;
const node = (type: string, id: string, list = false): Pick<Way, 'query' | 'at'> =>
  list
    ? { query: `{ nodes(ids: ["${id}"]) { ... on ${type} { $${type} } } }`, at: ['nodes', 0] }
    : { query: `{ node(id: "${id}") { ... on ${type} { $${type} } } }`, at: ['node'] };

let server: TestServer;
let other: Person;
/** A key of the author's that is limited to a domain that no unit has. */
let limitedKey: string;
/** Ids, by what they are of: they stand in the tables as `<name>`. */
const ids: Record<string, string> = {};

/** Every field that leads to an object with something private in it; of a mutation's answer, the guard before it. */
const ways: Record<string, Way | readonly Way[] | { readonly behind: string }> = {
  'Query.viewer': { query: '{ viewer { $Viewer } }', at: ['viewer'], readers: known },
  'Viewer.user': { query: '{ viewer { user { $User } } }', at: ['viewer', 'user'], readers: known },
  'Viewer.apiKeys': {
    query: '{ viewer { apiKeys { nodes { $ApiKey } edges { node { $ApiKey } } totalCount } } }',
    at: ['viewer', 'apiKeys', 'nodes'],
    readers: persons,
    others: 'refused',
    unreached: ['anonymous'],
  },
  'Viewer.sessions': {
    query: '{ viewer { sessions { nodes { $Session } edges { node { $Session } } totalCount } } }',
    at: ['viewer', 'sessions', 'nodes'],
    // of the persons, who all have some
    readers: persons,
    others: 'refused',
    unreached: ['anonymous'],
  },
  'User.sessions': [
    {
      query: '{ viewer { user { sessions { nodes { $Session } edges { node { $Session } } totalCount } } } }',
      at: ['viewer', 'user', 'sessions', 'nodes'],
      readers: admins,
      others: 'refused',
      unreached: ['anonymous'],
    },
    {
      query: '{ node(id: "<author>") { ... on User { sessions { nodes { $Session } } } } }',
      at: ['node', 'sessions', 'nodes'],
      readers: admins,
      others: 'refused',
      unreached: ['anonymous', 'other', 'agent of admin'],
    },
  ],
  'Query.users': { query: '{ users { nodes { $User } } }', at: ['users', 'nodes'], readers: admins, others: 'refused' },
  'Query.auditLog': {
    query: '{ auditLog { nodes { $AuditEntry } edges { node { $AuditEntry } } totalCount } }',
    at: ['auditLog', 'nodes'],
    readers: admins,
    others: 'refused',
  },
  'User.apiKeys': [
    {
      query: '{ viewer { user { apiKeys { nodes { $ApiKey } edges { node { $ApiKey } } totalCount } } } }',
      at: ['viewer', 'user', 'apiKeys', 'nodes'],
      readers: admins,
      others: 'refused',
      unreached: ['anonymous'],
    },
    {
      query: '{ node(id: "<author>") { ... on User { apiKeys(includeInactive: true) { nodes { $ApiKey } } } } }',
      at: ['node', 'apiKeys', 'nodes'],
      readers: admins,
      others: 'refused',
      unreached: ['anonymous', 'other', 'agent of admin'],
    },
  ],
  'Query.quarantine': {
    query: '{ quarantine { nodes { $QuarantinedRow } edges { node { $QuarantinedRow } } totalCount } }',
    at: ['quarantine', 'nodes'],
    readers: admins,
    others: 'refused',
  },
  'DiscardQuarantinedRowPayload.row': { behind: 'Mutation.discardQuarantinedRow' },
  'Query.invitations': {
    query: '{ invitations { nodes { $Invitation } edges { node { $Invitation } } totalCount } }',
    at: ['invitations', 'nodes'],
    readers: admins,
    others: 'refused',
  },
  'Query.webhooks': {
    query: '{ webhooks { nodes { $Webhook } edges { node { $Webhook } } totalCount } }',
    at: ['webhooks', 'nodes'],
    readers: admins,
    others: 'refused',
  },
  'Webhook.owner': [
    {
      query: '{ webhooks { nodes { owner { $User } } } }',
      at: ['webhooks', 'nodes', 0, 'owner'],
      readers: admins,
      others: 'refused',
    },
    {
      query: '{ node(id: "<webhook>") { ... on Webhook { owner { $User } } } }',
      at: ['node', 'owner'],
      readers: admins,
    },
  ],
  'Webhook.deliveries': {
    query:
      '{ node(id: "<webhook>") { ... on Webhook { deliveries { nodes { $WebhookDelivery } edges { node { id } } } } } }',
    at: ['node', 'deliveries', 'nodes'],
    readers: admins,
  },
  'CreateWebhookPayload.webhook': { behind: 'Mutation.createWebhook' },
  'DeleteWebhookPayload.webhook': { behind: 'Mutation.deleteWebhook' },
  'RotateWebhookSecretPayload.webhook': { behind: 'Mutation.rotateWebhookSecret' },
  'SendWebhookAgainPayload.delivery': { behind: 'Mutation.sendWebhookAgain' },
  'SwitchWebhookOffPayload.webhook': { behind: 'Mutation.switchWebhookOff' },
  'SwitchWebhookOnPayload.webhook': { behind: 'Mutation.switchWebhookOn' },
  'TestWebhookPayload.delivery': { behind: 'Mutation.testWebhook' },
  'UpdateWebhookPayload.webhook': { behind: 'Mutation.updateWebhook' },
  'User.suspendedBy': {
    query: '{ node(id: "<suspended>") { ... on User { suspendedBy { $User } } } }',
    at: ['node', 'suspendedBy'],
    readers: admins,
    others: 'refused',
    unreached: callers.filter((caller) => !reviewers.includes(caller)),
  },
  // who is told of what: see test/live/subscriptions.test.ts
  'AuditEvent.entry': { behind: 'Subscription.auditLogged' },
  'KnowledgeEvent.activity': { behind: '' },
  'AuditEntry.actor': { behind: 'Query.auditLog' },
  'AuditEntry.targetUser': { behind: 'Query.auditLog' },
  'Erasure.erasedBy': {
    query: '{ erasures { nodes { erasedBy { $User } } } }',
    at: ['erasures', 'nodes', 0, 'erasedBy'],
    readers: admins,
    others: 'refused',
  },
  'UserErasure.erasedBy': {
    query: '{ userErasures { nodes { erasedBy { $User } } } }',
    at: ['userErasures', 'nodes', 0, 'erasedBy'],
    readers: admins,
    others: 'refused',
  },
  'KnowledgeUnit.proposedBy': [
    { query: unit('<approved>', 'proposedBy { $User }'), at: ['knowledgeUnit', 'proposedBy'], readers: authors },
    {
      query: '{ knowledgeUnits(first: 1, filter: { domains: ["looked-at"] }) { nodes { proposedBy { $User } } } }',
      at: ['knowledgeUnits', 'nodes', 0, 'proposedBy'],
      readers: authors,
    },
    {
      query: '{ search(filter: { domains: ["looked-at"] }) { edges { node { proposedBy { $User } } } } }',
      at: ['search', 'edges', 0, 'node', 'proposedBy'],
      readers: authors,
    },
  ],
  'KnowledgeUnit.review': [
    { query: unit('<approved>', 'review { $Review }'), at: ['knowledgeUnit', 'review'], readers: authors },
    { query: unit('<rejected>', 'review { $Review }'), at: ['knowledgeUnit', 'review'], readers: authors },
  ],
  'KnowledgeUnit.secretsReleasedBy': {
    query: unit('<released>', 'secretsReleasedBy { $User }'),
    at: ['knowledgeUnit', 'secretsReleasedBy'],
    readers: reviewers,
    others: 'refused',
  },
  'Review.reviewedBy': [
    {
      query: unit('<approved>', 'review { reviewedBy { $User } }'),
      at: ['knowledgeUnit', 'review', 'reviewedBy'],
      readers: authors,
    },
    {
      query: '{ node(id: "<rejected suggestion>") { ... on Suggestion { review { reviewedBy { $User } } } } }',
      at: ['node', 'review', 'reviewedBy'],
      readers: authors,
    },
  ],
  'KnowledgeUnit.withdrawal': {
    query: unit('<superseded>', 'withdrawal { $Withdrawal }'),
    at: ['knowledgeUnit', 'withdrawal'],
    readers: reviewers,
    others: 'refused',
  },
  'Withdrawal.withdrawnBy': {
    query: unit('<superseded>', 'withdrawal { withdrawnBy { $User } }'),
    at: ['knowledgeUnit', 'withdrawal', 'withdrawnBy'],
    readers: reviewers,
    others: 'refused',
  },
  'KnowledgeUnit.revisions': {
    query: unit('<approved>', 'revisions { nodes { $Revision } edges { node { $Revision } } totalCount }'),
    at: ['knowledgeUnit', 'revisions', 'nodes'],
    readers: authors,
  },
  'Revision.author': [
    {
      query: unit('<approved>', 'revisions { nodes { author { $User } } }'),
      at: ['knowledgeUnit', 'revisions', 'nodes', 0, 'author'],
      readers: authors,
    },
    // whose suggestion it was
    {
      query: unit('<revised by lou>', 'revisions { nodes { author { $User } } }'),
      at: ['knowledgeUnit', 'revisions', 'nodes', 0, 'author'],
      readers: reviewers,
    },
  ],
  // of a suggestion that was approved
  'Revision.review': [
    {
      query: unit('<revised>', 'revisions { nodes { review { $Review } } }'),
      at: ['knowledgeUnit', 'revisions', 'nodes', 0, 'review'],
      readers: authors,
    },
    {
      query: unit('<revised>', 'revisions { nodes { review { note } } }'),
      at: ['knowledgeUnit', 'revisions', 'nodes', 0, 'review', 'note'],
      readers: authors,
    },
    // that of somebody else's: its note is for them
    {
      query: unit('<revised by lou>', 'revisions { nodes { review { $Review } } }'),
      at: ['knowledgeUnit', 'revisions', 'nodes', 0, 'review'],
      readers: authors,
    },
    {
      query: unit('<revised by lou>', 'revisions { nodes { review { note } } }'),
      at: ['knowledgeUnit', 'revisions', 'nodes', 0, 'review', 'note'],
      readers: reviewers,
    },
  ],
  'KnowledgeUnit.suggestions': {
    query: unit('<approved>', 'suggestions { nodes { $Suggestion } edges { node { $Suggestion } } totalCount }'),
    at: ['knowledgeUnit', 'suggestions', 'nodes'],
    readers: reviewers,
    others: 'refused',
  },
  'Query.suggestionQueue': {
    query: '{ suggestionQueue { nodes { $Suggestion } } }',
    at: ['suggestionQueue', 'nodes'],
    readers: reviewers,
    others: 'refused',
  },
  'Viewer.suggestions': {
    query: '{ viewer { suggestions { nodes { $Suggestion } } } }',
    at: ['viewer', 'suggestions', 'nodes'],
    readers: ['author', 'agent of author'],
  },
  'Suggestion.author': {
    query: '{ node(id: "<suggestion>") { ... on Suggestion { author { $User } } } }',
    at: ['node', 'author'],
    readers: authors,
  },
  'Suggestion.review': {
    query: '{ node(id: "<rejected suggestion>") { ... on Suggestion { review { $Review } } } }',
    at: ['node', 'review'],
    readers: authors,
  },
  'KnowledgeUnit.flags': {
    query: unit('<approved>', 'flags { nodes { $Flag } edges { node { $Flag } } totalCount }'),
    at: ['knowledgeUnit', 'flags', 'nodes'],
    readers: reviewers,
    others: 'refused',
  },
  'Flag.flaggedBy': [
    {
      query: unit('<approved>', 'flags { nodes { flaggedBy { $User } } }'),
      at: ['knowledgeUnit', 'flags', 'nodes', 0, 'flaggedBy'],
      readers: reviewers,
      others: 'refused',
    },
    {
      query: '{ node(id: "<flag>") { ... on Flag { flaggedBy { $User } } } }',
      at: ['node', 'flaggedBy'],
      readers: reviewers,
    },
  ],
  'Contributor.user': {
    query: '{ stats { topContributors { user { $User } } } }',
    at: ['stats', 'topContributors', 0, 'user'],
    readers: reviewers,
    others: 'refused',
  },
  'KnowledgeStats.recentActivity': {
    query: '{ stats { recentActivity { $Activity } } }',
    at: ['stats', 'recentActivity'],
    readers: reviewers,
    others: 'refused',
  },
  'Activity.actor': [
    {
      query: '{ stats { recentActivity { actor { $User } } } }',
      at: ['stats', 'recentActivity', 0, 'actor'],
      readers: reviewers,
      others: 'refused',
    },
    // of somebody else's flag
    {
      query: '{ node(id: "<activity>") { ... on Activity { actor { $User } } } }',
      at: ['node', 'actor'],
      readers: reviewers,
    },
    // of a reviewer's change
    {
      query: '{ node(id: "<retirement>") { ... on Activity { actor { $User } } } }',
      at: ['node', 'actor'],
      readers: authors,
    },
    {
      query: '{ viewer { activity { nodes { actor { $User } } } } }',
      at: ['viewer', 'activity', 'nodes', 0, 'actor'],
      readers: ['author', 'agent of author'],
    },
  ],
  'KnowledgeUnit.activity': [
    {
      query: unit('<approved>', 'activity(first: 1) { nodes { $Activity } edges { node { $Activity } } }'),
      at: ['knowledgeUnit', 'activity', 'nodes', 0],
      readers: callers,
    },
    // of a reviewer's change, and of somebody else's flag
    {
      query: unit('<withdrawn>', 'activity(first: 1) { nodes { actor { $User } } }'),
      at: ['knowledgeUnit', 'activity', 'nodes', 0, 'actor'],
      readers: authors,
    },
    {
      query: unit('<approved>', 'activity(first: 1) { nodes { actor { $User } } }'),
      at: ['knowledgeUnit', 'activity', 'nodes', 0, 'actor'],
      readers: ['other', ...reviewers],
    },
    {
      query: unit('<withdrawn>', 'activity(first: 1) { nodes { note } }'),
      at: ['knowledgeUnit', 'activity', 'nodes', 0, 'note'],
      readers: reviewers,
    },
  ],
  'Confirmation.confirmedBy': {
    query: unit('<approved>', 'confirmations { nodes { confirmedBy { $User } } }'),
    at: ['knowledgeUnit', 'confirmations', 'nodes', 0, 'confirmedBy'],
    readers: ['other', ...reviewers],
  },
  'Viewer.activity': {
    query: '{ viewer { activity { nodes { $Activity } edges { node { $Activity } } } } }',
    at: ['viewer', 'activity', 'nodes'],
    readers: ['author', 'agent of author'],
  },
  'Query.embeddingStatus': {
    query: '{ embeddingStatus { vectorEngine problem models { $EmbeddingModel } } }',
    at: ['embeddingStatus'],
    readers: admins,
    others: 'refused',
  },
  'EmbeddingStatus.models': { behind: 'Query.embeddingStatus' },
  'EmbeddingModel.parkedUnits': { behind: 'Query.embeddingStatus' },
  'Query.node': [
    { ...node('User', '<author>'), readers: authors },
    { ...node('User', '<admin>'), readers: ['reviewer', 'admin', 'agent of admin'] },
    { ...node('User', '<suspended>'), readers: reviewers },
    ...['suspendedAt', 'suspensionReason', 'closedAt', 'lastUsedAt'].map(
      (field): Way => ({
        query: `{ node(id: "<suspended>") { ... on User { ${field} } } }`,
        at: ['node', field],
        readers: admins,
        others: 'refused',
        unreached: callers.filter((caller) => !reviewers.includes(caller)),
      }),
    ),
    { ...node('ApiKey', '<key of author>'), readers: ['author', 'admin'] },
    { ...node('ApiKey', '<key of admin>'), readers: admins },
    { ...node('Session', '<session of author>'), readers: ['author', 'admin'] },
    { ...node('Session', '<session of admin>'), readers: admins },
    { ...node('Invitation', '<invitation>'), readers: admins },
    { ...node('QuarantinedRow', '<row>'), readers: admins },
    { ...node('Webhook', '<webhook>'), readers: admins },
    { ...node('WebhookDelivery', '<delivery>'), readers: admins },
    { ...node('Flag', '<flag>'), readers: reviewers },
    { ...node('Suggestion', '<suggestion>'), readers: authors },
    { ...node('Suggestion', '<rejected suggestion>'), readers: authors },
    { ...node('Activity', '<activity>'), readers: authors },
    { ...node('Activity', '<activity of lou>'), readers: reviewers },
    { ...node('Activity', '<retirement>'), readers: authors },
    { query: '{ node(id: "<retirement>") { ... on Activity { note } } }', at: ['node', 'note'], readers: reviewers },
    { ...node('KnowledgeUnit', '<approved>'), readers: callers },
  ],
  'Query.nodes': [
    { ...node('User', '<author>', true), readers: authors },
    { ...node('ApiKey', '<key of author>', true), readers: ['author', 'admin'] },
    { ...node('Session', '<session of author>', true), readers: ['author', 'admin'] },
    { ...node('Invitation', '<invitation>', true), readers: admins },
    { ...node('QuarantinedRow', '<row>', true), readers: admins },
    { ...node('Webhook', '<webhook>', true), readers: admins },
    { ...node('WebhookDelivery', '<delivery>', true), readers: admins },
    { ...node('Flag', '<flag>', true), readers: reviewers },
    { ...node('Suggestion', '<suggestion>', true), readers: authors },
    { ...node('Activity', '<activity>', true), readers: authors },
    { ...node('Activity', '<activity of lou>', true), readers: reviewers },
  ],
  'SuggestRevisionPayload.suggestion': { behind: 'Mutation.suggestRevision' },
  'ProposeKnowledgeUnitPayload.suggestion': { behind: 'Mutation.proposeKnowledgeUnit' },
  'RebaseSuggestionPayload.suggestion': { behind: 'Mutation.rebaseSuggestion' },
  'ApproveSuggestionPayload.suggestion': { behind: 'Mutation.approveSuggestion' },
  'RejectSuggestionPayload.suggestion': { behind: 'Mutation.rejectSuggestion' },
  // of one that the caller has read
  'SuggestionDecidedError.suggestion': { behind: 'Mutation.withdrawSuggestion' },
  // a caller who knows the password is that person
  'SignInPayload.viewer': { behind: '' },
  // a caller who had the token is that person from then on
  'AcceptInvitationPayload.viewer': { behind: '' },
  'InviteUserPayload.invitation': { behind: 'Mutation.inviteUser' },
  'RevokeInvitationPayload.invitation': { behind: 'Mutation.revokeInvitation' },
  'Invitation.invitedBy': { behind: 'Query.invitations' },
  'CreateApiKeyPayload.apiKey': { behind: 'Mutation.createApiKey' },
  'RevokeApiKeyPayload.apiKey': { behind: 'Mutation.revokeApiKey' },
  'EndSessionPayload.session': { behind: 'Mutation.endSession' },
  'SignOutPayload.session': { behind: 'Mutation.signOut' },
  'EndUserSessionsPayload.user': { behind: 'Mutation.endUserSessions' },
  'CreateUserPayload.user': { behind: 'Mutation.createUser' },
  'SetUserRolePayload.user': { behind: 'Mutation.setUserRole' },
  'SetUserPasswordPayload.user': { behind: 'Mutation.setUserPassword' },
  'SuspendUserPayload.user': { behind: 'Mutation.suspendUser' },
  'ReinstateUserPayload.user': { behind: 'Mutation.reinstateUser' },
  'ReopenUserPayload.user': { behind: 'Mutation.reopenUser' },
  // of the caller's own account, or for administrators: see the case below
  'CloseUserPayload.user': { behind: 'Mutation.closeUser' },
};

const both = (query: (id: string) => string, at: Way['at'], readers: readonly Caller[], others?: Way['others']) =>
  ['<pending>', '<rejected>', '<retired>'].map(
    (id): Way => ({ query: query(id), at, readers, ...(others && { others }) }),
  );
const inStatus = (field: string, statuses: string) =>
  `{ ${field}(${field === 'search' ? 'text: "lesson", ' : ''}filter: { domains: ["looked-at"], statuses: [${statuses}] }) { nodes { $KnowledgeUnit } } }`;
const mixes = [
  ...['PENDING', 'REJECTED', 'RETIRED', 'SUPERSEDED', 'APPROVED, PENDING', 'REJECTED, APPROVED', 'APPROVED, RETIRED'],
  ...['APPROVED, SUPERSEDED', 'APPROVED, PENDING, REJECTED'],
];

/** Every field that leads to a unit, where that is not approved. */
const unapproved: Record<string, readonly Way[] | { readonly behind: string }> = {
  'ReviewQueueState.oldest': { behind: 'Subscription.reviewQueueChanged' },
  'Query.node': both((id) => node('KnowledgeUnit', id).query, ['node'], authors),
  'Query.nodes': both((id) => node('KnowledgeUnit', id, true).query, ['nodes', 0], authors),
  'Query.knowledgeUnit': both((id) => unit(id, '$KnowledgeUnit'), ['knowledgeUnit'], authors),
  'Query.knowledgeUnits': mixes.map((statuses) => ({
    query: inStatus('knowledgeUnits', statuses),
    at: ['knowledgeUnits', 'nodes'],
    readers: reviewers,
    others: 'refused',
  })),
  'Query.search': mixes.map((statuses) => ({
    query: inStatus('search', statuses),
    at: ['search', 'nodes'],
    readers: reviewers,
    others: 'refused',
  })),
  'Query.reviewQueue': [
    {
      query: '{ reviewQueue { nodes { $KnowledgeUnit } } }',
      at: ['reviewQueue', 'nodes'],
      readers: reviewers,
      others: 'refused',
    },
  ],
  // what reviewers should look at
  'Query.attention': [
    {
      query: '{ attention { nodes { $KnowledgeUnit } } }',
      at: ['attention', 'nodes'],
      readers: reviewers,
      others: 'refused',
    },
  ],
  'Viewer.proposals': ['PENDING', 'REJECTED', 'RETIRED', 'SUPERSEDED'].map((status) => ({
    query: `{ viewer { proposals(statuses: [${status}]) { nodes { $KnowledgeUnit } edges { node { $KnowledgeUnit } } } } }`,
    at: ['viewer', 'proposals', 'nodes'],
    readers: ['author', 'agent of author'],
  })),
  'KnowledgeUnit.supersededBy': both(
    (id) => unit(id.replace('<', '<superseded by '), 'supersededBy { $KnowledgeUnit }'),
    ['knowledgeUnit', 'supersededBy'],
    authors,
  ),
  'KnowledgeUnit.related': [
    {
      query: unit('<approved>', 'related(first: 20) { unit { $KnowledgeUnit } }'),
      at: ['knowledgeUnit', 'related', { status: 'PENDING' }],
      readers: reviewers,
    },
    {
      query: unit('<approved>', 'related(first: 20) { unit { $KnowledgeUnit } }'),
      at: ['knowledgeUnit', 'related', { status: 'REJECTED' }],
      readers: [],
    },
    {
      query: unit('<approved>', 'related(first: 20) { unit { $KnowledgeUnit } }'),
      at: ['knowledgeUnit', 'related', { status: 'RETIRED' }],
      readers: [],
    },
  ],
  'RelatedKnowledgeUnit.unit': { behind: 'KnowledgeUnit.related' },
  // of a unit with the same text as all of them
  'KnowledgeUnit.duplicates': [
    {
      query: unit('<released>', 'duplicates(first: 20) { unit { $KnowledgeUnit } }'),
      at: ['knowledgeUnit', 'duplicates', { status: 'APPROVED' }],
      readers: reviewers,
      others: 'refused',
    },
    {
      query: unit('<released>', 'duplicates(first: 20) { unit { $KnowledgeUnit } }'),
      at: ['knowledgeUnit', 'duplicates', { status: 'PENDING' }],
      readers: reviewers,
      others: 'refused',
    },
    ...['REJECTED', 'RETIRED', 'SUPERSEDED'].map(
      (status): Way => ({
        query: unit('<released>', 'duplicates(first: 20) { unit { $KnowledgeUnit } }'),
        at: ['knowledgeUnit', 'duplicates', { status }],
        readers: [],
        unreached: reviewers,
        others: 'refused',
      }),
    ),
  ],
  'NearRepeat.unit': { behind: 'Query.nearRepeats' },
  'NearRepeat.other': { behind: 'Query.nearRepeats' },
  'DuplicateKnowledgeUnit.unit': { behind: 'KnowledgeUnit.duplicates' },
  'Flag.duplicateOf': [
    {
      query: unit('<approved>', 'flags { nodes { duplicateOf { $KnowledgeUnit } } }'),
      at: ['knowledgeUnit', 'flags', 'nodes', 0, 'duplicateOf'],
      readers: reviewers,
      others: 'refused',
    },
  ],
  // see the cases of duplicates, which need an embedding service
  'DuplicateError.existing': { behind: 'Mutation.proposeKnowledgeUnit' },
  'AlreadyReviewedError.unit': { behind: 'Mutation.approveKnowledgeUnit' },
  // of one that the caller has read
  'StaleVersionError.unit': { behind: 'Mutation.amendKnowledgeUnit' },
  'AdmitQuarantinedRowPayload.knowledgeUnit': { behind: 'Mutation.admitQuarantinedRow' },
  'AmendKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.amendKnowledgeUnit' },
  'ApproveSuggestionPayload.knowledgeUnit': { behind: 'Mutation.approveSuggestion' },
  'Suggestion.knowledgeUnit': [
    {
      query: '{ node(id: "<suggestion for rejected>") { ... on Suggestion { knowledgeUnit { $KnowledgeUnit } } } }',
      at: ['node', 'knowledgeUnit'],
      readers: reviewers,
    },
  ],
  'Activity.knowledgeUnit': { behind: 'KnowledgeStats.recentActivity' },
  'ParkedUnit.unit': { behind: 'Query.embeddingStatus' },
  'ProposeKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.proposeKnowledgeUnit' },
  'ConfirmKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.confirmKnowledgeUnit' },
  'FlagKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.flagKnowledgeUnit' },
  'ApproveKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.approveKnowledgeUnit' },
  'ReleaseKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.releaseKnowledgeUnit' },
  'RejectKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.rejectKnowledgeUnit' },
  'RetireKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.retireKnowledgeUnit' },
  'ReinstateKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.reinstateKnowledgeUnit' },
  'ReopenKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.reopenKnowledgeUnit' },
  'SupersedeKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.supersedeKnowledgeUnit' },
  'SupersedeKnowledgeUnitPayload.successor': { behind: 'Mutation.supersedeKnowledgeUnit' },
  'MergeKnowledgeUnitPayload.knowledgeUnit': { behind: 'Mutation.mergeKnowledgeUnit' },
  'MergeKnowledgeUnitPayload.successor': { behind: 'Mutation.mergeKnowledgeUnit' },
  'WrongStatusError.unit': { behind: 'Mutation.retireKnowledgeUnit' },
  'BulkReviewResult.knowledgeUnit': { behind: 'Mutation.reviewKnowledgeUnits' },
};

const schema = graphqlSchema();
const objects = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
);
const fields = objects.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
const nameOf = ({ type, field }: (typeof fields)[number]) => `${type.name}.${field.name}`;
const isWrapper = (name: string) => /(Connection|Edge)$/.test(name);

/** Fields whose objects are of one of these types, by themselves or as a page. */
const leadingTo = (types: readonly string[]) =>
  fields
    .filter(({ type, field }) => {
      const named = getNamedType(field.type);
      if (isWrapper(type.name)) return false;
      if (isInterfaceType(named)) return named.name === 'Node';
      const inner = isObjectType(named) && isWrapper(named.name) ? named.getFields().nodes : undefined;
      return types.includes(getNamedType((inner ?? field).type).name);
    })
    .map(nameOf)
    .sort();

/** Every leaf of a type that needs no arguments. */
const leavesOf = (name: string) =>
  Object.values((schema.getType(name) as GraphQLObjectType).getFields())
    .filter(({ type, args }) => isLeafType(getNamedType(type)) && args.length === 0)
    .map((field) => field.name);

const cases = (table: Record<string, Way | readonly Way[] | { readonly behind: string }>) =>
  Object.entries(table).flatMap(([field, entry]) =>
    'behind' in entry ? [] : [entry].flat().map((way) => ({ field, ...(way as Way) })),
  );

beforeAll(async () => {
  server = await startServer();
  other = await server.addPerson('max', 'member');
  // whose things are none of any caller's
  await server.addPerson('lou', 'member');
  const { member, admin } = server.people;
  const erasedBy = admin.user.id;
  await server.store.erasures.erase((await server.unit()).id, { erasedAt: new Date(), erasedBy, reason: 'r' });
  const gone = await server.addPerson('eve', 'member');
  const erasure = { erasedAt: new Date(), erasedBy, reason: 'r', placeholder: '[erased 1]' };
  await server.store.erasures.eraseUser(gone.user.id, erasure);
  const webhook = aWebhook(admin.user.id, { offSince: new Date(), offReason: 'switched' });
  const invitation = anInvitation({ userId: admin.user.id, expiresAt: new Date(Date.now() + 86_400_000) });
  await server.store.invitations.insert(invitation, 9);
  ids.row = `qua_${await keepInQuarantine(server.store)}`;
  ids.invitation = `inv_${invitation.id}`;
  await server.store.webhooks.insert(webhook, 9);
  const delivery = aDelivery(webhook);
  await server.store.webhooks.add(delivery);
  Object.assign(ids, { webhook: `whk_${webhook.id}`, delivery: `whd_${delivery.id}` });
  const make = async (name: string, changes: object) => {
    const made = await server.unit({ domains: ['looked-at'], createdBy: 'mia', ...changes });
    ids[name] = made.id;
    return made;
  };
  const pending = await make('pending', { status: 'pending' });
  const rejected = await make('rejected', { status: 'rejected' });
  const withdrawal = { withdrawnBy: 'rob', withdrawnAt: new Date(), reason: 'r' };
  const approval = { status: 'approved', reviewedBy: 'rob', note: 'n', internalNote: 'i' } as const;
  await make('approved lately', { domains: ['lately'], review: { ...approval, reviewedAt: new Date() } });
  const retired = await make('retired', { status: 'retired', withdrawal });
  await make('superseded', { status: 'superseded', withdrawal });
  await make('superseded by pending', { domains: ['old'], supersededBy: pending.id });
  await make('superseded by rejected', { domains: ['old'], supersededBy: rejected.id });
  await make('superseded by retired', { domains: ['old'], supersededBy: retired.id });
  const approved = await make('approved', {});
  await make('released', { domains: ['old'], held: { findings: [], releasedBy: 'rob' } });
  const content = { ...approved, insight: { ...approved.insight, summary: 'A lesson, changed' } };
  const hex = (digit: string) => `rev_${digit.repeat(32)}`;
  const revision = { unitId: approved.id, baseVersion: 1, content, reason: 'r' };
  await server.store.revisions.amend({
    ...{ ...revision, id: hex('1'), by: 'rob', at: new Date(), approval: null, statuses: ['approved'], maxVersions: 9 },
  });
  const suggestion = { ...revision, baseVersion: 2, createdBy: 'mia', createdAt: new Date() };
  const most = { ofUnit: 9, ofUnitByAuthor: 9, ofAuthor: 9 };
  const contentOf = (summary: string) => ({ ...content, insight: { ...content.insight, summary } });
  await server.store.revisions.suggest({ ...suggestion, id: hex('2'), content: contentOf('two') }, most);
  await server.store.revisions.suggest({ ...suggestion, id: hex('3'), content: contentOf('three') }, most);
  const decision = {
    status: 'rejected',
    reviewedBy: 'rob',
    reviewedAt: new Date(),
    note: 'n',
    internalNote: 'i',
  } as const;
  await server.store.revisions.reject(hex('3'), decision, 9);
  const revised = await make('revised', { domains: ['old'] });
  await server.store.revisions.suggest(
    { ...suggestion, id: hex('5'), unitId: revised.id, baseVersion: 1, content: { ...content, domains: ['old'] } },
    most,
  );
  await server.store.revisions.approve(hex('5'), 1, { ...decision, status: 'approved' }, 9);
  const revisedByLou = await make('revised by lou', { domains: ['old'] });
  await server.store.revisions.suggest(
    {
      ...{ ...suggestion, id: hex('6'), unitId: revisedByLou.id, baseVersion: 1, createdBy: 'lou' },
      content: { ...content, domains: ['old'] },
    },
    most,
  );
  await server.store.revisions.approve(hex('6'), 1, { ...decision, status: 'approved' }, 9);
  const moved = await make('moved', { domains: ['old'] });
  await server.store.revisions.suggest(
    { ...suggestion, id: hex('7'), unitId: moved.id, baseVersion: 1, content: { ...content, domains: ['elsewhere'] } },
    most,
  );
  const hidden = aUnit({ status: 'rejected', createdBy: 'lou' });
  await server.store.units.restoreMany([
    {
      ...{ unit: hidden, flags: [] },
      revisions: [
        {
          ...suggestion,
          id: hex('4'),
          unitId: hidden.id,
          baseVersion: 1,
          status: 'pending',
          version: null,
          review: null,
        },
      ],
    },
  ]);
  await server.store.units.confirm(approved.id, other.user.username, new Date(), confidence.confirmed);
  // no API takes such a flag from a caller who may not see the other unit, but adopted databases have them
  await server.store.units.flag(
    {
      id: `flg_${'f'.repeat(32)}`,
      unitId: approved.id,
      reason: 'duplicate',
      detail: 'd',
      duplicateOf: pending.id,
      createdBy: other.user.username,
      createdAt: new Date(),
    },
    confidence.flagged,
  );
  const [flag] = (await server.store.flags.list(approved.id, { limit: 1 })).items;
  const lastActivity = async () =>
    (await server.query('{ stats { recentActivity(first: 1) { id } } }', {}, server.people.reviewer.token)).stats
      .recentActivity[0].id;
  const activity = await lastActivity();
  const ofLou = await make('of lou', { domains: ['old'], createdBy: 'lou' });
  await server.store.units.flag(
    {
      id: `flg_${'e'.repeat(32)}`,
      unitId: ofLou.id,
      reason: 'stale',
      detail: 'd',
      duplicateOf: null,
      createdBy: member.user.username,
      createdAt: new Date(),
    },
    confidence.flagged,
  );
  const activityOfLou = await lastActivity();
  const withdrawn = await make('withdrawn', { domains: ['old'] });
  await server.store.lifecycle.retire(withdrawn.id, { by: 'rob', at: new Date(), reason: 'r' });
  const retirement = await lastActivity();
  const { user: suspended } = await server.addPerson('sue', 'member');
  server.store.users.touch(suspended.id, new Date());
  await server.store.users.suspend(suspended.id, { at: new Date(), by: 'ann', reason: 'r' });
  await server.store.users.close(suspended.id, { at: new Date(), by: 'ann' });
  ({ secret: limitedKey } = await createApiKey(server.store, server.secrets, member.user, {
    name: 'limited',
    ttl: '1d',
    domains: ['elsewhere'],
  }));
  const keyOf = async ({ token }: Person) =>
    (await server.query('{ viewer { user { id } apiKeys { nodes { id } } } }', {}, token)).viewer;
  const [ofAuthor, ofAdmin] = [await keyOf(member), await keyOf(admin)];
  const signIn =
    'mutation ($name: String!) { signIn(input: { username: $name, password: "correct horse" }) { token } }';
  const sessionOf = async ({ user: { username }, token }: Person) => {
    await server.query(signIn, { name: username });
    return (await server.query('{ viewer { sessions { nodes { id } } } }', {}, token)).viewer.sessions.nodes[0].id;
  };
  await sessionOf(other);
  await sessionOf(server.people.reviewer);
  Object.assign(ids, {
    'session of author': await sessionOf(member),
    'session of admin': await sessionOf(admin),
    flag: flag?.id,
    suggestion: hex('2'),
    'rejected suggestion': hex('3'),
    'suggestion for rejected': hex('4'),
    'suggestion for elsewhere': hex('7'),
    activity,
    'activity of lou': activityOfLou,
    retirement,
    author: ofAuthor.user.id,
    admin: ofAdmin.user.id,
    'key of author': ofAuthor.apiKeys.nodes[0].id,
    'key of admin': ofAdmin.apiKeys.nodes[0].id,
    suspended: userNodeId(suspended.id),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

function credential(caller: Caller): string | undefined {
  if (caller === 'anonymous') return undefined;
  const { member, reviewer, admin } = server.people;
  const name = caller.replace('agent of ', '');
  const person = { author: member, other, reviewer, admin }[name];
  return caller.startsWith('agent of') ? person?.key : person?.token;
}

/** What is at the end of a path; of a list the first item, or the one that is like an object in the path. */
function follow(data: unknown, path: Way['at']): unknown {
  const end = path.reduce((value: unknown, step) => {
    if (typeof value !== 'object' || value === null) return null;
    if (typeof step !== 'object') return (value as Record<string, unknown>)[step];
    return (value as { unit: WithStatus }[]).find(({ unit }) => unit.status === step.status)?.unit;
  }, data);
  return (Array.isArray(end) ? end[0] : end) ?? null;
}

async function look({ query, at }: Way, token: string | undefined) {
  const filled = query
    .replace(/\$(\w+)/g, (_, type: string) => leavesOf(type).join(' '))
    .replace(/<([\w ]+)>/g, (_, name: string) => ids[name] ?? '');
  const { body } = await server.send({ query: filled }, token);
  expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).not.toContain(body.errors?.[0].extensions.code);
  return { seen: follow(body.data, at) as Record<string, unknown> | null, body };
}

async function check(way: Way) {
  for (const caller of callers) {
    const { seen, body } = await look(way, credential(caller));
    const reads = way.readers.includes(caller);
    expect([caller, seen !== null]).toEqual([caller, reads]);
    const errors: { path: string[]; extensions: { code: string } }[] = body.errors ?? [];
    const guarded = guardedLeaves(way);
    const others = errors.filter(({ path }) => !(String(path.at(-1)) in guarded));
    const refusal = caller === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
    expect([caller, others.map(({ extensions }) => extensions.code)]).toEqual([
      caller,
      reads || way.others !== 'refused' || way.unreached?.includes(caller) ? [] : [refusal],
    ]);
    if (!reads) continue;
    // such as a role, which is for administrators, wherever the person is met
    const refused = errors.filter((error) => !others.includes(error));
    const expected = Object.entries(guarded).flatMap(([name, scope]) => (allowed[scope]?.includes(caller) ? [] : name));
    expect([caller, [...new Set(refused.map(({ path }) => path.at(-1)))].sort()]).toEqual([caller, expected.sort()]);
    expect(refused.every(({ extensions }) => extensions.code === refusal)).toBe(true);
    expect([caller, expected.filter((name) => (seen?.[name] ?? null) !== null)]).toEqual([caller, []]);
  }
}

/** The leaves with a guard, and its scope, of the types of which an operation selects every leaf. */
function guardedLeaves({ query }: Way): Record<string, string> {
  const leaves = [...query.matchAll(/\$(\w+)/g)].flatMap(([, type = '']) =>
    leavesOf(type).map((name) => [name, guards[`${type}.${name}`]] as const),
  );
  return Object.fromEntries(leaves.flatMap(([name, scope]) => (scope === undefined ? [] : [[name, scope]])));
}

describe('the tables', () => {
  it('name every @requires of the SDL', () => {
    const requires = schema.getDirective('requires');
    const stand = fields.flatMap(({ type, field }) => {
      const rule = requires && field.astNode && getDirectiveValues(requires, field.astNode);
      return rule ? [[nameOf({ type, field }), String(rule.scope)]] : [];
    });
    expect(Object.fromEntries(stand)).toEqual(guards);
  });

  it('name every field that leads to something private', () => {
    const decisions = ['Review', 'Withdrawal', 'Revision', 'Suggestion'];
    const types = [
      'User',
      'Viewer',
      'ApiKey',
      'Session',
      'Flag',
      'AuditEntry',
      ...decisions,
      'Activity',
      'Invitation',
      'QuarantinedRow',
      'Webhook',
      'WebhookDelivery',
    ];
    const embeddings = ['EmbeddingStatus', 'EmbeddingModel', 'ParkedUnit'];
    expect(Object.keys(ways).sort()).toEqual(leadingTo([...types, ...embeddings]));
  });

  it('name every field that leads to a unit', () => {
    expect(Object.keys(unapproved).sort()).toEqual(
      leadingTo(['KnowledgeUnit', 'RelatedKnowledgeUnit', 'DuplicateKnowledgeUnit']),
    );
  });

  it('name only guards that there are', () => {
    const behind = Object.values({ ...ways, ...unapproved }).flatMap((entry) =>
      'behind' in entry ? entry.behind : [],
    );
    const there = { ...guards, ...unapproved, '': '' };
    expect(behind.filter((guard) => !(guard in there))).toEqual([]);
  });

  it('name an object of every type with an id', () => {
    const types = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType).map(({ name }) => name);
    const nodes = [ways['Query.node']].flat() as Way[];
    expect(types.filter((type) => !nodes.some(({ query }) => query.includes(`... on ${type} `)))).toEqual([]);
  });
});

describe('what is private', () => {
  it.for(cases(ways))('is $field: $query', check);
});

describe('a key that is limited to other domains', () => {
  it.for(cases({ ...ways, ...unapproved }))('reads nothing at $field: $query', async (way) => {
    const { body } = await look(way, limitedKey);
    const text = JSON.stringify(body.data ?? null);
    const told = Object.entries(ids).filter(([name, id]) => name !== 'author' && text.includes(id));
    expect(told).toEqual([]);
  });

  it('reads of a suggestion for its own domain not what the unit says', async () => {
    const selection = 'content { domains } knowledgeUnit { id } changes { field } conflicts isOutdated';
    const query = `{ node(id: "<suggestion for elsewhere>") { ... on Suggestion { ${selection} } } }`;
    const { seen } = await look({ query, at: ['node'], readers: [] }, limitedKey);
    expect(seen).toEqual({
      content: { domains: ['elsewhere'] },
      knowledgeUnit: null,
      changes: [],
      conflicts: [],
      isOutdated: false,
    });
  });
});

describe('an account', () => {
  it('is closed, and told of, to its owner and administrators alone', async () => {
    for (const caller of callers) {
      const query = `mutation { closeUser(input: { id: "${ids.suspended}" }) { user { id } userErrors { message } } }`;
      const { body } = await server.send({ query }, credential(caller));
      expect([caller, body.data.closeUser?.user?.id]).toEqual([caller, caller === 'admin' ? ids.suspended : undefined]);
      const refusal = caller === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect([caller, body.errors?.[0].extensions.code]).toEqual([caller, caller === 'admin' ? undefined : refusal]);
    }
  });
});

describe('a unit that is not approved', () => {
  it.for(cases(unapproved))('at $field: $query', check);

  it('is in no list and no search that does not ask for it', async () => {
    for (const caller of callers)
      for (const query of [
        '{ list: knowledgeUnits(filter: { domains: ["looked-at"] }) { nodes { id status } } }',
        '{ list: search(filter: { domains: ["looked-at"] }) { nodes { id status } } }',
        '{ list: search(text: "lesson", filter: { domains: ["looked-at"] }) { nodes { id status } } }',
      ]) {
        const { list } = await server.query(query, {}, credential(caller));
        expect([caller, list.nodes]).toEqual([caller, [{ id: ids.approved, status: 'APPROVED' }]]);
      }
  });

  it('is found neither over REST nor by the tools of MCP, for any caller', async () => {
    const { connect } = clients[0] as (typeof clients)[number];
    for (const caller of callers) {
      const found = await get(server, '/knowledge?domains=looked-at&domains=old&limit=50', credential(caller));
      expect([caller, found.body.data.map(({ id }: { id: string }) => id).sort()]).toEqual([caller, open()]);
      await using client = await connect(server.url, credential(caller));
      const { data } = await client.call('query', { domains: ['looked-at', 'old'], limit: 50 });
      const units = data.results.map(({ unit }: { unit: { id: string } }) => unit.id);
      expect([caller, units.sort()]).toEqual([caller, open()]);
    }
  });

  it('is read at REST by reviewers alone', async () => {
    for (const caller of callers)
      for (const path of [`/review/${ids.pending}`, '/review/units', '/review/units?status=pending', '/review/queue']) {
        const { status, text } = await get(server, path, credential(caller));
        // keys are for agents, and agents do not review
        const refused = caller === 'anonymous' || caller.startsWith('agent') ? 401 : 403;
        const expected = reviewers.includes(caller) ? 200 : refused;
        expect([caller, path, status]).toEqual([caller, path, expected]);
        expect(text.includes(ids.pending ?? '')).toBe(expected === 200);
      }
  });

  it('is none at REST, for reviewers either, once it is retired', async () => {
    for (const path of [`/review/${ids.retired}`, '/review/units', '/review/units?status=retired', '/review/stats']) {
      const { status, text } = await get(server, path, server.people.reviewer.token);
      expect([path, status]).toEqual([path, path.includes('/ku_') ? 404 : 200]);
      expect(text).not.toContain(ids.retired);
    }
  });
});

/** The ids of the units that every caller may read. */
const open = () =>
  [
    'approved',
    'moved',
    'of lou',
    'released',
    'revised',
    'revised by lou',
    'superseded by pending',
    'superseded by rejected',
    'superseded by retired',
  ]
    .map((name) => ids[name])
    .sort();
