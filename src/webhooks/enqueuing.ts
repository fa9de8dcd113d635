import { withJitter } from '../background/backoff.ts';
import type { Clock } from '../background/clock.ts';
import { runLoop, type StepResult, type Worker } from '../background/run-loop.ts';
import { newHexId, webhookNodeId } from '../domain/ids.ts';
import { mayOwn, retryMs, switchOffFor } from '../domain/webhooks.ts';
import { LogReplacedError } from '../errors.ts';
import type { Log as Logger } from '../log.ts';
import type {
  AuditEntry,
  DeliveredLog,
  Log,
  LogEntry,
  LogPlace,
  NewDelivery,
  Store,
  UnitEvent,
  User,
  Webhook,
  WebhookOffReason,
} from '../store/store.ts';
import { DocumentError, type Payloads } from './payloads.ts';

/** Entries in one transaction. */
const batch = 100;
/** How often to look although nobody has told of anything; and whether a webhook is on meanwhile, where none was. */
const [lookEveryMs, idleMs] = [1000, 10_000];
/** How soon to look again where entries wait for a transaction, of whose end nobody tells. */
const heldMs = 100;
/** Deliveries of one webhook that may wait: with more it is switched off. */
const maxWaiting = 10_000;

export interface EnqueuingOptions {
  readonly store: Store;
  readonly payloads: Payloads;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Called after deliveries were added. */
  readonly onAdded: () => void;
}

/**
 * Reads a log from where the last process has left off, and adds what webhooks are to be sent, in the transaction that moves the place: a
 * process that is killed leaves an entry unread, or a delivery. Any number of processes may do so; of those at one place one gets on.
 */
export function startEnqueuing(name: DeliveredLog, options: EnqueuingOptions): Worker {
  const { store, payloads, logger, clock, onAdded } = options;
  const log: Log<UnitEvent | AuditEntry> = name === 'events' ? store.events.log : store.audit.log;

  /** While no webhook is on, nothing is to be done at once when something happens: then the log is not watched, which takes a connection. */
  let watching: Disposable | null = null;

  function watch(webhooks: readonly unknown[]): void {
    if (webhooks.length > 0) watching ??= store.logs.watch(() => worker.wake());
    else unwatch();
  }

  function unwatch(): void {
    watching?.[Symbol.dispose]();
    watching = null;
  }

  async function step(): Promise<StepResult> {
    const from = await store.webhooks.placeIn(name);
    // before looking for webhooks: what happens after one is switched on is not passed over
    const end = watching === null || from === null ? await log.end() : null;
    const webhooks = await listening();
    if (end !== null && (from === null || webhooks.length === 0)) {
      // so that the first webhook does not begin by reading what happened before
      await moveTo(end, from);
      return { pauseMs: from === null ? 0 : withJitter(idleMs, clock) };
    }
    watch(webhooks);
    if (from === null || webhooks.length === 0) return { pauseMs: 0 };
    let page: Awaited<ReturnType<typeof log.read>>;
    try {
      page = await log.read(JSON.parse(from), batch);
    } catch (error) {
      if (!(error instanceof LogReplacedError)) throw error;
      logger.warn({ log: name }, 'the database is another one than webhooks were last sent from: they go on from now');
      await store.webhooks.advance(name, from, placeText(await log.end()), []);
      return { pauseMs: 0 };
    }
    const pauseMs = page.hasMore ? 0 : withJitter(page.isHeld ? heldMs : lookEveryMs, clock);
    // a place behind no entry is not worth a write, which would move the end of the log again
    if (page.entries.length === 0) return { pauseMs };
    // those that are on once the entries are read: one that was made before an entry, and after the look above, is to be told of it
    const deliveries = await deliveriesOf(await listening(), page.entries);
    const isFirst = await store.webhooks.advance(name, from, placeText(page.end), deliveries);
    if (isFirst && deliveries.length > 0) {
      onAdded();
      await checkBacklog();
    }
    return { pauseMs };
  }

  /** The webhooks that are on and about this log, with their owners; those that cannot be sent to are switched off. */
  async function listening(): Promise<(readonly [Webhook, User])[]> {
    const active = await store.webhooks.active();
    const owners = active.length === 0 ? [] : await store.users.findMany(active.map(({ userId }) => userId));
    const found: (readonly [Webhook, User])[] = [];
    for (const [at, webhook] of active.entries()) {
      const owner = owners[at];
      if (!mayOwn(owner)) await switchOff(webhook, 'owner');
      else if ((await logOf(webhook)) === name) found.push([webhook, owner]);
    }
    return found;
  }

  async function logOf(webhook: Webhook): Promise<DeliveredLog | null> {
    try {
      return payloads.typeOf(webhook).log;
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      await switchOff(webhook, 'document');
      return null;
    }
  }

  async function deliveriesOf(
    webhooks: readonly (readonly [Webhook, User])[],
    entries: readonly LogEntry<UnitEvent | AuditEntry>[],
  ): Promise<NewDelivery[]> {
    const createdAt = clock.now();
    const times = { createdAt, runAt: createdAt, retryUntil: new Date(createdAt.getTime() + retryMs) };
    const deliveries: NewDelivery[] = [];
    const off = new Set<string>();
    for (const entry of entries)
      for (const [webhook, owner] of webhooks) {
        if (entry.entry.at < webhook.activeSince || off.has(webhook.id)) continue;
        try {
          if (!(await payloads.isTold(webhook, owner, { log: name, entry }))) continue;
        } catch (error) {
          if (!(error instanceof DocumentError)) throw error;
          await switchOff(webhook, 'document');
          off.add(webhook.id);
          continue;
        }
        const of = { log: name, entryId: entry.id, place: placeText(entry.place) };
        deliveries.push({
          id: newHexId(),
          webhookId: webhook.id,
          type: payloads.typeOf(webhook).type,
          ...of,
          ...times,
        });
      }
    return deliveries;
  }

  /** Where entries are between, or the database is another one: anything else is not worth a write. */
  async function moveTo(end: LogPlace, from: string | null): Promise<void> {
    if (from === null || !(await isAtEnd(from))) await store.webhooks.advance(name, from, placeText(end), []);
  }

  async function isAtEnd(from: string): Promise<boolean> {
    try {
      return (await log.read(JSON.parse(from), 1)).entries.length === 0;
    } catch (error) {
      if (error instanceof LogReplacedError) return false;
      throw error;
    }
  }

  async function checkBacklog(): Promise<void> {
    const active = await store.webhooks.active();
    const waiting = await store.webhooks.waiting(active.map(({ id }) => id));
    for (const webhook of active) if ((waiting.get(webhook.id) ?? 0) > maxWaiting) await switchOff(webhook, 'backlog');
  }

  async function switchOff({ id }: Webhook, reason: WebhookOffReason): Promise<void> {
    if (!(await switchOffFor(store, id, reason, clock.now()))) return;
    logger.warn({ webhook: webhookNodeId(id), reason }, 'a webhook was switched off; see: cq-server webhook list');
  }

  const worker = runLoop({ name: `queuing deliveries of ${name}`, step, log: logger, clock });
  return {
    get problem() {
      return worker.problem;
    },
    wake: worker.wake,
    async stop() {
      await worker.stop();
      unwatch();
    },
  };
}

const placeText = (place: LogPlace): string => JSON.stringify(place);
