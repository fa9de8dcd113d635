import type { Command } from 'commander';
import { sessionNodeId, userNodeId } from '../domain/ids.ts';
import { allItems } from '../domain/pagination.ts';
import { endUserSessions } from '../domain/sessions.ts';
import type { PageRequest, Position } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { tabbed } from './printable.ts';
import { findUser } from './users.ts';

/** Commands of the sessions of an account, beside the others of `user`. */
export function addSessionCommands(user: Command, { withStoreToChange, withStoreToRead }: CommandContext) {
  user
    .command('sessions <name>')
    .description('the sessions of a user that are in force: id, when opened, last use, expiry, address, program')
    .action((username: string) =>
      withStoreToRead(async (store) => {
        const owner = await findUser(store, username);
        const now = store.now();
        const sessions = allItems(
          (page: PageRequest<Position<Date>>) => store.sessions.list(owner, now, page),
          ({ createdAt, id }) => ({ key: createdAt, id }),
        );
        for await (const { id, createdAt, lastUsedAt, expiresAt, address, userAgent } of sessions) {
          const instants = [createdAt, lastUsedAt, expiresAt].map((at) => at.toISOString());
          console.log(tabbed([sessionNodeId(id), ...instants, address ?? '', userAgent ?? '']));
        }
      }),
    );

  user
    .command('end-sessions <name>')
    .description('end all sessions of a user; keys stay as they are')
    .action((username: string) =>
      withStoreToChange(async (store) => {
        const { id } = await findUser(store, username);
        const { ended } = await endUserSessions(store, userNodeId(id));
        console.log(`${ended} ${ended === 1 ? 'session' : 'sessions'} of ${username} ended.`);
      }),
    );
}
