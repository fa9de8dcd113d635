import { confidence } from '../../../src/domain/rules.ts';
import { skeletonsOf } from '../../../src/domain/user-names.ts';
import type { Review, Store, User } from '../../../src/store/store.ts';
import { aFlag, aKey, aProposal, aReview, noon, put } from './fixture.ts';
import { anInvitation } from './invitations.ts';
import { addUser } from './users.ts';

/** A name, and part of all that is only of the person who has it. */
export const erasedName = 'kittiwake';

/** Where `putPerson` leaves the name. */
export const namedColumns = [
  'api_keys.key_hash',
  'api_keys.name',
  'events.actor',
  'idempotency_keys.username',
  'invitations.username',
  'knowledge_unit_flags.created_by',
  'knowledge_unit_revisions.created_by',
  'knowledge_unit_revisions.decided_by',
  'knowledge_units.created_by',
  'knowledge_units.reviewed_by',
  'knowledge_units.secrets_released_by',
  'knowledge_units.withdrawn_by',
  'name_skeletons.skeleton',
  'quarantine.content',
  'sessions.user_agent',
  'sign_in_places.place',
  'unit_confirmers.username',
  'users.closed_by',
  'users.password_hash',
  'users.suspended_by',
  'users.username',
];

/**
 * Columns of text that hold no names, but for what people write themselves. A new column goes here, or into `namedColumns`: then `putPerson`
 * has to write it, and `forgetName` to read it.
 */
const otherColumnsByTable: Readonly<Record<string, string>> = {
  api_keys: 'access domains id key_prefix labels pepper ttl',
  // addresses go too, and with them the keys of repeats
  audit_log: 'action actor_kind address details key_id repeat_key target',
  // a path, which an operator chose
  backups: 'place',
  embedding_jobs: 'last_error',
  embedding_models: 'document_prefix name provider state',
  erased_units: 'id reason waits_for',
  // `username` until no other row has the name
  erased_users: 'digest id placeholder reason secret username waits_for',
  events: 'kind note type',
  idempotency_keys: 'key unit_id',
  invitations: 'id role token_hash',
  knowledge_unit_context: 'kind value',
  knowledge_unit_domains: 'domain status',
  knowledge_unit_flags: 'detail duplicate_of id reason',
  knowledge_unit_revisions:
    'action detail domains extensions frameworks id internal_note languages note pattern reason status summary',
  knowledge_units:
    'action decision_note detail domains extensions frameworks held_secrets id languages pattern review_note status summary superseded_by text_hash tier withdrawn_as withdrawn_reason',
  last_settings: 'name value',
  log_epochs: 'epoch log',
  near_repeats: 'basis id',
  quarantine: 'reason source source_id',
  sessions: 'address id',
  // a digest, which is deleted all the same
  sign_in_attempts: 'key',
  unit_counts: 'key kind',
  unit_usage: 'unit_id',
  users: 'role suspension_reason',
  // answers may repeat names: an erasure removes all of them
  webhook_deliveries: 'answer error id log place status type',
  webhook_places: 'log place',
  webhooks: 'document format id name off_reason previous_secret secret url variables',
};

export const otherColumns = Object.entries(otherColumnsByTable).flatMap(([table, columns]) =>
  columns.split(' ').map((column) => `${table}.${column}`),
);

const content = (detail: string) => ({
  domains: ['api'],
  insight: { summary: 'A lesson', detail, action: 'What to do.' },
  context: { languages: [], frameworks: [], pattern: '' },
  extensions: null,
});

/** A decision without notes, which would have the name. */
export const reviewBy = (name: string, status: Review['status']): Review => ({
  ...aReview(status, name),
  ...{ note: null, internalNote: null },
});

const revision = (letter: string) => `rev_${letter.repeat(32)}`;

/** An account with everything that can be kept of its name, beside an administrator. */
export async function putPerson(store: Store, name = erasedName): Promise<User> {
  await addUser(store, 'ann', 'admin');
  const user = await store.users.insert(
    { username: name, passwordHash: `hash of ${name}`, role: 'reviewer', createdAt: noon },
    [...skeletonsOf(name), `skeleton of ${name}`],
  );
  if (!user) throw new Error(`${name} is taken`);
  await store.apiKeys.insert(aKey(user.id, { name: `${name}’s laptop`, hash: `hash of ${name}` }), 9);
  const at = { createdAt: noon, lastUsedAt: noon, expiresAt: noon, credentialsVersion: 1 };
  const session = { ...at, id: '5'.repeat(32), userId: user.id, address: '192.0.2.7', userAgent: `laptop of ${name}` };
  await store.sessions.insert(session, 9);
  await store.signIns.note(user.id, `place of ${name}`, noon, { keep: 9, since: new Date(0) });
  await store.signIns.attempt([{ key: 'a digest of the name', limit: null, windowMs: 300_000 }], noon);
  await store.invitations.insert(anInvitation({ username: name }), 9);
  await actAs(store, name);
  for (const other of ['eve', 'max']) await addUser(store, other);
  const [eve, max] = await store.users.findManyByName(['eve', 'max']);
  await store.users.suspend(eve?.id ?? 0, { at: noon, by: name, reason: 'r' });
  await store.users.close(max?.id ?? 0, { at: noon, by: name });
  const entry = { at: noon, action: 'signIn.succeeded', actorKind: 'person', actorId: user.id, keyId: null } as const;
  await store.audit.recordRepeat(
    { ...entry, target: null, address: '192.0.2.7', details: null },
    { repeat: String(user.id), perAddress: 9, perMinute: 9 },
  );
  return user;
}

/** Does all that is written under a name. */
async function actAs(store: Store, name: string): Promise<void> {
  const proposal = { ...aProposal(), ...content('one'), createdBy: name };
  const own = await store.units.propose(proposal, noon, { key: 'key', since: noon });
  await store.reviews.decide(own.id, reviewBy(name, 'approved'));
  await store.revisions.amend({
    ...{ id: revision('a'), unitId: own.id, baseVersion: 1, statuses: ['approved'], content: content('two') },
    ...{ reason: null, by: name, at: noon, approval: null, maxVersions: 100 },
  });
  for (const letter of ['b', 'c'])
    await store.revisions.suggest(
      {
        ...{ id: revision(letter), unitId: own.id, baseVersion: 2, content: content(letter) },
        ...{ reason: null, createdBy: name, createdAt: noon },
      },
      { ofUnit: 20, ofUnitByAuthor: 20, ofAuthor: 50 },
    );
  await store.revisions.reject(revision('c'), reviewBy(name, 'rejected'), 50);
  const other = await put(store);
  for (const id of [own.id, other.id]) await store.units.confirm(id, name, noon, confidence.confirmed);
  await store.units.flag(aFlag(other.id, { createdBy: name }), confidence.flagged);
  await store.lifecycle.retire(other.id, { by: name, at: noon, reason: null });
  await put(store, {
    status: 'pending',
    held: { findings: [{ path: ['insight', 'detail'], kind: 'github', start: 0, end: 4 }], releasedBy: name },
  });
}

/** The columns of which a row has the text, of those that copies transfer. */
export async function columnsWith(store: Store, text: string): Promise<string[]> {
  const found = new Set<string>();
  await store.rows(async ({ table, rows }) => {
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        if (typeof value === 'string' && value.includes(text)) found.add(`${table}.${column}`);
  });
  return [...found].sort();
}
