import { randomBytes } from 'node:crypto';
import { ConflictError, LimitReachedError, NotFoundError } from '../errors.ts';
import type { Store, User, Webhook, WebhookDelivery, WebhookFormat, WebhookOffReason } from '../store/store.ts';
import type { By } from './account.ts';
import { type AuditDetails, audit, operator, theServer } from './audit.ts';
import { deliveryNodeId, newHexId, parseNodeId, userNodeId, webhookNodeId } from './ids.ts';
import { InputValidator, limits } from './rules.ts';
import { seal, unseal } from './sealed.ts';
import type { Secrets } from './secrets.ts';
import { inactivityOf } from './viewer.ts';

/** What a webhook is checked by when it is saved, beside lengths. Problems are the rest of a sentence that begins with the field. */
export interface WebhookChecks {
  problemOfUrl(url: string): string | null;
  /** `variables` is the text of a JSON object. */
  problemOfDocument(document: string, variables: string): { readonly field: string; readonly rest: string } | null;
  /** The subscription of a format that brings its own; null for one that the owner writes. */
  readyDocument(format: WebhookFormat): string | null;
}

/** What sends to webhooks, in this process. */
export interface WebhookService {
  readonly checks: WebhookChecks;
  /** Sends a delivery now, and answers how that ended. */
  send(delivery: WebhookDelivery): Promise<WebhookDelivery>;
  /** Looks at once for what is due, and for webhooks that are new or on again. */
  look(): void;
}

export interface NewWebhook {
  readonly name: string;
  readonly url: string;
  readonly format?: WebhookFormat | null;
  readonly document?: string | null;
  readonly variables?: string | null;
}

/** A field that is absent or null stays as it is. */
export type WebhookChanges = { readonly [Field in keyof NewWebhook]?: NewWebhook[Field] | null };

/** For how long no attempt is made any more after the first one. */
export const retryMs = 86_400_000;
/** For how long the secret before signs too. */
export const overlapMs = 86_400_000;

/**
 * Makes a webhook of an administrator. `secret` is what its deliveries are signed with, and is shown this once. Throws `InvalidInputError`,
 * `LimitReachedError` over 20, and `ConflictError` for an owner who is no active administrator.
 */
export async function createWebhook(
  store: Store,
  secrets: Secrets,
  checks: WebhookChecks,
  owner: User,
  input: NewWebhook,
  { by = operator, now = store.now() }: By = {},
): Promise<{ webhook: Webhook; secret: string }> {
  const { format = null, name, url, ...sent } = input;
  const checked = check(checks, { name, url, format: format ?? 'standard', ...sent });
  const [id, secret] = [newHexId(), newSecret()];
  const webhook: Webhook = {
    ...{ id, userId: owner.id, ...checked, secret: seal(secrets, secret, id) },
    ...{ previousSecret: null, previousSecretUntil: null, createdAt: now, activeSince: now },
    ...{ offSince: null, offReason: null, failingSince: null },
  };
  const added = await store.transaction(async (tx) => {
    await requireOwner(tx, owner);
    const isNew = await tx.webhooks.insert(webhook, limits.webhooks);
    const details = { host: hostOf(webhook), format: webhook.format, owner: userNodeId(owner.id) };
    if (isNew) await audit(tx, by, 'webhook.created', { target: webhookNodeId(id), details, at: now });
    return isNew;
  });
  if (!added)
    throw new LimitReachedError(
      `There are ${limits.webhooks} webhooks, and no more than that. Delete one first.`,
      limits.webhooks,
    );
  return { webhook, secret };
}

/** Who becomes the owner of what is changed: the caller, as it goes on with the caller's rights. Absent for an operator. */
export interface Changing extends By {
  readonly owner?: User;
}

/** Changes a webhook. Throws `NotFoundError`, and as `createWebhook`. */
export function updateWebhook(
  store: Store,
  checks: WebhookChecks,
  nodeId: string,
  changes: WebhookChanges,
  { by = operator, owner, now = store.now() }: Changing = {},
): Promise<Webhook> {
  return change(store, nodeId, owner, async (tx, before) => {
    const { name, url, format, document, variables } = before;
    const isSame = (changes.format ?? format) === format;
    const kept = isSame && checks.readyDocument(format) === null ? document : null;
    const checked = check(checks, {
      ...{ name: changes.name ?? name, url: changes.url ?? url, format: changes.format ?? format },
      ...{ document: changes.document ?? kept, variables: changes.variables ?? variables },
    });
    const fields = (['name', 'url', 'format', 'document', 'variables'] as const).filter(
      (field) => checked[field] !== before[field],
    );
    const after = { ...before, ...checked };
    const details = { fields, host: hostOf(after) };
    if (fields.length > 0)
      await audit(tx, by, 'webhook.changed', { target: webhookNodeId(before.id), details, at: now });
    return after;
  });
}

/** Switches a webhook on: what happens from then on is sent, and what waits. One that is on stays as it is. */
export function switchWebhookOn(
  store: Store,
  nodeId: string,
  { by = operator, owner, now = store.now() }: Changing = {},
): Promise<Webhook> {
  return change(store, nodeId, owner, async (tx, before) => {
    if (before.offSince === null) return before;
    await audit(tx, by, 'webhook.switchedOn', { target: webhookNodeId(before.id), at: now });
    return { ...before, activeSince: now, offSince: null, offReason: null, failingSince: null };
  });
}

/** Switches a webhook off: what waits is kept, and what happens until it is on again is never sent. */
export function switchWebhookOff(
  store: Store,
  nodeId: string,
  { by = operator, now = store.now() }: By = {},
): Promise<Webhook> {
  return store.transaction(async (tx) => {
    const webhook = await requireWebhook(tx, nodeId);
    const after = await tx.webhooks.switchOff(webhook.id, now, 'switched');
    if (after) await audit(tx, by, 'webhook.switchedOff', { target: nodeId, at: now });
    return after ?? webhook;
  });
}

/** The same by the server itself; false where it is off already. */
export function switchOffFor(store: Store, id: string, reason: WebhookOffReason, now: Date): Promise<boolean> {
  return store.transaction(async (tx) => {
    const after = await tx.webhooks.switchOff(id, now, reason);
    const audited = { target: webhookNodeId(id), details: { reason }, at: now };
    if (after) await audit(tx, theServer, 'webhook.switchedOff', audited);
    return after !== null;
  });
}

/** Gives a webhook another secret; the one before signs too for a day. */
export async function rotateWebhookSecret(
  store: Store,
  secrets: Secrets,
  nodeId: string,
  { by = operator, now = store.now() }: By = {},
): Promise<{ webhook: Webhook; secret: string }> {
  const secret = newSecret();
  const webhook = await change(store, nodeId, undefined, async (tx, before) => {
    await audit(tx, by, 'webhook.secretRotated', { target: nodeId, at: now });
    const previous = { previousSecret: before.secret, previousSecretUntil: new Date(now.getTime() + overlapMs) };
    return { ...before, secret: seal(secrets, secret, before.id), ...previous };
  });
  return { webhook, secret };
}

/** The secrets that sign now; null where the server has lost the pepper that they were encrypted with. */
export function signingSecrets(secrets: Secrets, webhook: Webhook, now: Date): string[] | null {
  const { id, secret, previousSecret, previousSecretUntil } = webhook;
  const current = unseal(secrets, secret, id);
  if (current === null) return null;
  const isKept = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil > now;
  const previous = isKept ? unseal(secrets, previousSecret, id) : null;
  return previous === null ? [current] : [current, previous];
}

/** Deletes a webhook with all its deliveries. */
export function deleteWebhook(
  store: Store,
  nodeId: string,
  { by = operator, now = store.now() }: By = {},
): Promise<Webhook> {
  return store.transaction(async (tx) => {
    const { id } = await requireWebhook(tx, nodeId);
    const deleted = await tx.webhooks.remove(id);
    if (!deleted) throw new NotFoundError('webhook', nodeId);
    const details = { host: hostOf(deleted), owner: userNodeId(deleted.userId) };
    await audit(tx, by, 'webhook.deleted', { target: nodeId, details, at: now });
    return deleted;
  });
}

/** How long whoever adds a test has to send it, before any process does. */
const testMs = 60_000;

/** Adds a test to what is to be sent to a webhook, on or off, for the caller to send. There is one attempt. */
export function addTest(
  store: Store,
  nodeId: string,
  { by = operator, now = store.now() }: By = {},
): Promise<WebhookDelivery> {
  return store.transaction(async (tx) => {
    const { id: webhookId } = await requireWebhook(tx, nodeId);
    const id = newHexId();
    const times = { createdAt: now, runAt: new Date(now.getTime() + testMs), retryUntil: now };
    await tx.webhooks.add({ id, webhookId, type: 'test', log: null, entryId: null, place: null, ...times });
    await audit(tx, by, 'webhook.tested', { target: nodeId, details: { delivery: deliveryNodeId(id) }, at: now });
    return (await tx.webhooks.findDelivery(id)) as WebhookDelivery;
  });
}

/** Has a delivery that does not wait sent again, with the same id and with retries for a day. Throws `NotFoundError` and `ConflictError`. */
export function sendAgain(
  store: Store,
  nodeId: string,
  { by = operator, now = store.now() }: By = {},
): Promise<WebhookDelivery> {
  const id = parseNodeId(nodeId);
  return store.transaction(async (tx) => {
    const before = id?.type === 'WebhookDelivery' ? await tx.webhooks.findDelivery(id.rest) : null;
    if (!before) throw new NotFoundError('delivery', nodeId);
    const until = new Date(now.getTime() + (before.log === null ? 0 : retryMs));
    const delivery = await tx.webhooks.sendAgain(before.id, now, until);
    if (!delivery) throw new ConflictError('This delivery waits to be sent anyway.', ['id']);
    const details = { delivery: nodeId };
    await audit(tx, by, 'webhook.sentAgain', { target: webhookNodeId(before.webhookId), details, at: now });
    return delivery;
  });
}

/** Whether an account may own a webhook: what it sends is sent with the rights of an administrator. */
export const mayOwn = (user: User | null | undefined): user is User =>
  user?.role === 'admin' && inactivityOf(user) === null;

async function requireOwner(tx: Store, { id }: User): Promise<void> {
  const [owner] = await tx.users.findMany([id]);
  if (!mayOwn(owner)) throw new ConflictError('A webhook must be of an active administrator.', []);
}

async function requireWebhook(store: Store, nodeId: string): Promise<Webhook> {
  const id = parseNodeId(nodeId);
  const webhook = id?.type === 'Webhook' ? await store.webhooks.find(id.rest) : null;
  if (!webhook) throw new NotFoundError('webhook', nodeId);
  return webhook;
}

function change(
  store: Store,
  nodeId: string,
  owner: User | undefined,
  changed: (tx: Store, before: Webhook) => Promise<Webhook>,
): Promise<Webhook> {
  const id = parseNodeId(nodeId);
  return store.transaction(async (tx) => {
    const before = id?.type === 'Webhook' ? await tx.webhooks.findForChange(id.rest) : null;
    if (!before) throw new NotFoundError('webhook', nodeId);
    if (owner) await requireOwner(tx, owner);
    const after = { ...(await changed(tx, before)), userId: owner?.id ?? before.userId };
    await tx.webhooks.save(after);
    return after;
  });
}

type Checked = Pick<Webhook, 'name' | 'url' | 'format' | 'document' | 'variables'>;

function check(
  checks: WebhookChecks,
  { name, url, format, document, variables }: NewWebhook & { readonly format: WebhookFormat },
): Checked {
  const rules = new InputValidator();
  const [ready, values] = [checks.readyDocument(format), variables ?? '{}'];
  rules.reason(['name'], name, limits.webhookName);
  rules.text(['url'], url, { max: limits.webhookUrl });
  rules.text(['variables'], values, { max: limits.webhookVariables });
  if (ready === null) {
    if (document == null) rules.refuse(['document'], 'must be a subscription: what is sent is its result.');
    else rules.text(['document'], document, { max: limits.webhookDocument });
  } else if (document != null)
    rules.refuse(['document'], `must be left out: a webhook in the format ${format} has its own.`);
  rules.check();
  const text = ready ?? document ?? '';
  const problemOfUrl = checks.problemOfUrl(url);
  if (problemOfUrl !== null) rules.refuse(['url'], problemOfUrl);
  const problem = checks.problemOfDocument(text, values);
  if (problem !== null) rules.refuse([problem.field], problem.rest);
  rules.check();
  return { name, url, format, document: text, variables: values };
}

/** `whsec_` and 32 random bytes in base64, as in the Standard Webhooks specification. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** Only the host goes into the audit log: the path may be a secret, as in Slack's URLs. */
const hostOf = ({ url }: Pick<Webhook, 'url'>): AuditDetails[string] => URL.parse(url)?.host ?? null;
