import type { Invitation, InvitationStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import { deleteRow } from '../rows-by-id.ts';
import { InvitationEntity } from '../schema/entities.ts';
import { insertValuesOf, statement } from '../statement.ts';
import { keptName } from './erased-names.ts';

const byId = statement(InvitationEntity, (invitations, { id }: { id: string }) =>
  invitations.select('*').where({ id }),
);

interface At {
  readonly at: Date;
}

const pages = keysetPages(InvitationEntity, { by: 'createdAt', direction: 'desc' }, (invitations, { at }: At) =>
  invitations.where({ expiresAt: { $gt: at } }),
);

const countAt = statement(InvitationEntity, (invitations, { at }: At) =>
  invitations.count().where({ expiresAt: { $gt: at } }),
).withRowsOf<{ count: number }>();

const deleteExpired = statement(InvitationEntity, (invitations, { at }: At) =>
  invitations.delete().where({ expiresAt: { $lte: at } }),
);

const insertInvitation = statement(InvitationEntity, (invitations, invitation: Invitation, em) =>
  invitations.insert(insertValuesOf(InvitationEntity, invitation, em)),
);

export function createInvitations(db: Database): InvitationStore {
  const count = async (at: Date, queries: Queries = db.read) => (await countAt.first(queries, { at }))?.count ?? 0;
  return {
    find: (id) => byId.first(db.read, { id }),

    list: (at, page) => readPage(db.read, pages, { at }, page),

    count: (at) => count(at),

    insert: (invitation, limit) =>
      db.transaction(async (tx) => {
        const { write, dialect } = tx;
        const { username, createdAt: at } = invitation;
        await dialect.lockTables(write, ['invitations']);
        await deleteExpired.run(write, { at });
        if ((await count(at, write)) >= limit) return 'full';
        if (username !== null && (await keptName(tx, username)) !== username) return 'nameErased';
        await insertInvitation.run(write, invitation);
        return 'added';
      }),

    take: (id) => db.transaction(({ write }) => deleteRow(InvitationEntity, write, id)),
  };
}
