import { sql } from 'kysely';
import type { DeliveredLog, DeliveryStatus, NewDelivery, WebhookOutbox } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import type { Row } from '../row-mapping.ts';
import { WebhookDeliveryEntity, WebhookPlaceEntity } from '../schema/entities.ts';
import { columnsOf, recordsOf, statement } from '../statement.ts';
import { settle } from './settle.ts';

/** The lock of the process that deletes old deliveries: `cq_d` in ASCII. */
const pruneLock = 0x63715f64;

const byId = statement(WebhookDeliveryEntity, (deliveries, { id }: { id: string }) =>
  deliveries.select('*').where({ id }),
);

const insertDelivery = statement(WebhookDeliveryEntity, (deliveries, delivery: NewDelivery) => {
  const { id, webhookId, type, log, entryId, place, createdAt, runAt, retryUntil } = delivery;
  const of = { id, webhookId, type, log, entryId, place, createdAt, runAt, retryUntil };
  return deliveries.insert({ ...of, status: 'waiting', attempts: 0 });
});

const placeOf = statement(WebhookPlaceEntity, (places, { log }: { log: DeliveredLog }) =>
  places.select('*').where({ log }),
);

interface Move {
  readonly log: DeliveredLog;
  readonly to: string;
}

const firstPlace = statement(WebhookPlaceEntity, (places, { log, to }: Move) =>
  places.insert({ log, place: to }).onConflict('log').ignore(),
);

const movePlace = statement(WebhookPlaceEntity, (places, { log, to, from }: Move & { readonly from: string }) =>
  places.update({ place: to }).where({ log, place: from }),
);

interface OfWebhook {
  readonly webhookId: string;
}

interface WithStatus extends OfWebhook {
  readonly status: DeliveryStatus;
}

const order = { by: 'createdAt', direction: 'desc' } as const;

const pages = keysetPages(WebhookDeliveryEntity, order, (deliveries, { webhookId }: OfWebhook) =>
  deliveries.where({ webhookId }),
);

const pagesWithStatus = keysetPages(WebhookDeliveryEntity, order, (deliveries, { webhookId, status }: WithStatus) =>
  deliveries.where({ webhookId, status }),
);

const countAll = statement(WebhookDeliveryEntity, (deliveries, { webhookId }: OfWebhook) =>
  deliveries.count().where({ webhookId }),
).withRowsOf<{ count: number }>();

const countWithStatus = statement(WebhookDeliveryEntity, (deliveries, { webhookId, status }: WithStatus) =>
  deliveries.count().where({ webhookId, status }),
).withRowsOf<{ count: number }>();

const again = statement(
  WebhookDeliveryEntity,
  (deliveries, { id, at, retryUntil }: { id: string; at: Date; retryUntil: Date }) =>
    deliveries
      .update({ status: 'waiting', attempts: 0, runAt: at, retryUntil })
      .where({ id, status: { $ne: 'waiting' } }),
);

export function createOutbox(db: Database): WebhookOutbox {
  return {
    placeIn: async (log) => (await placeOf.first(db.write, { log }))?.place ?? null,

    advance: (log, from, to, deliveries) =>
      db.transaction(async ({ write, dialect }) => {
        const moved = from === null ? firstPlace.run(write, { log, to }) : movePlace.run(write, { log, to, from });
        if ((await moved) === 0) return false;
        if (deliveries.length === 0) return true;
        const { rows } = await sql<{ id: string }>`
          select id from webhooks where id in (${sql.join([...new Set(deliveries.map((each) => each.webhookId))])})
           order by id ${dialect.referenceLock}`.execute(write);
        const present = new Set(rows.map(({ id }) => id));
        await insertDelivery.insertAll(
          write,
          deliveries.filter(({ webhookId }) => present.has(webhookId)),
        );
        return true;
      }),

    add: (delivery) => db.transaction(async ({ write }) => void (await insertDelivery.run(write, delivery))),

    async waiting(webhookIds) {
      if (webhookIds.length === 0) return new Map();
      const { rows } = await sql<{ id: string; count: number }>`
        select webhook_id as id, count(*) as count from webhook_deliveries
         where webhook_id in (${sql.join(webhookIds)}) and run_at is not null group by webhook_id`.execute(db.read);
      return new Map(rows.map(({ id, count }) => [id, Number(count)]));
    },

    async due(now) {
      const { rows } = await sql<{ id: string }>`
        select id from webhooks where off_since is null and exists (
          select 1 from webhook_deliveries where webhook_id = webhooks.id and run_at <= ${toColumn(now)})
         order by created_at, id`.execute(db.read);
      return rows.map(({ id }) => id);
    },

    claim: (webhookId, limit, now, lockMs) =>
      claim(db, lockMs, now, (tx) => {
        const isDue = sql`webhook_id = ${webhookId} and run_at <= ${toColumn(now)}`;
        return sql`${isDue} order by run_at, id limit ${sql.lit(limit)} ${tx.dialect.skipLocked}`;
      }),

    async claimOne(id, now, lockMs) {
      const [claimed] = await claim(
        db,
        lockMs,
        now,
        (tx) => sql`id = ${id} and run_at is not null ${tx.dialect.skipLocked}`,
      );
      return claimed ?? null;
    },

    settle: (delivery, outcome) => db.transaction((tx) => settle(tx, delivery, outcome)),

    findDelivery: (id) => byId.first(db.read, { id }),

    deliveries: (webhookId, status, page) =>
      status === null
        ? readPage(db.read, pages, { webhookId }, page)
        : readPage(db.read, pagesWithStatus, { webhookId, status }, page),

    async countDeliveries(webhookId, status) {
      const counted = await (status === null
        ? countAll.first(db.read, { webhookId })
        : countWithStatus.first(db.read, { webhookId, status }));
      return counted?.count ?? 0;
    },

    sendAgain: (id, at, retryUntil) =>
      db.transaction(async ({ write }) =>
        (await again.run(write, { id, at, retryUntil })) > 0 ? byId.first(write, { id }) : null,
      ),

    prune: (before, keep, limit) =>
      db.transaction(async ({ write, dialect }) => {
        if (!(await dialect.tryLock(write, pruneLock))) return 0;
        const { rows } = await sql<{ id: string }>`select id from webhooks order by id`.execute(write);
        let deleted = 0;
        for (const { id } of rows) {
          const last = sql`
            select created_at, id from webhook_deliveries where webhook_id = ${id} and run_at is null
             order by created_at desc, id desc limit 1 offset ${sql.lit(keep)}`;
          const ended = sql`select id from webhook_deliveries where webhook_id = ${id} and run_at is null`;
          for (const isOld of [sql`created_at < ${toColumn(before)}`, sql`(created_at, id) <= (${last})`]) {
            const { numAffectedRows } = await sql`
              delete from webhook_deliveries where id in (
                ${ended} and ${isOld} order by created_at, id limit ${sql.lit(limit - deleted)})`.execute(write);
            deleted += Number(numAffectedRows ?? 0);
          }
        }
        return deleted;
      }),
  };
}

/** Claims the deliveries that `which` selects: the rest of a select, with its locks. */
function claim(db: Database, lockMs: number, now: Date, which: (tx: Database) => ReturnType<typeof sql>) {
  return db.transaction(async (tx) => {
    // materialized, since a plan that runs the query again claims more than `limit`
    const { rows } = await sql<Row>`
      with due as materialized (select id from webhook_deliveries where ${which(tx)})
      update webhook_deliveries set attempts = attempts + 1, run_at = ${toColumn(new Date(now.getTime() + lockMs))}
       where id in (select id from due) returning ${columnsOf(WebhookDeliveryEntity, tx.write)}`.execute(tx.write);
    return recordsOf(WebhookDeliveryEntity, tx.write, rows);
  });
}
