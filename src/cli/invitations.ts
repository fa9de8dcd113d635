import type { Command } from 'commander';
import { invitationNodeId } from '../domain/ids.ts';
import { inviteUser, revokeInvitation } from '../domain/invitations.ts';
import { allItems } from '../domain/pagination.ts';
import type { PageRequest, Position, UserRole } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { tabbed } from './printable.ts';
import { roles, toRole } from './users.ts';

/** Commands of invitations, beside the others of `user`. */
export function addInvitationCommands(user: Command, { withStoreToChange, withStoreToRead }: CommandContext) {
  user
    .command('invite')
    .description('make a link by which somebody opens an account, once')
    .option('--role <role>', `one of ${roles.join(', ')}`, toRole, 'member')
    .option('--name <name>', 'a name for the account, which the invited may change')
    .option('--ttl <time>', 'for how long it works, such as 7d; at most 30d', '7d')
    .action(({ role, name, ttl }: { role: UserRole; name?: string; ttl: string }) =>
      withStoreToChange(async (store, { publicUrl }) => {
        const { token } = await inviteUser(store, { role, username: name ?? null, ttl });
        if (publicUrl === null)
          console.error('CQ_PUBLIC_URL is not set: put the address of the server in front of this path.');
        console.log(`${publicUrl ?? ''}/invitation#${token}`);
      }),
    );

  user
    .command('invitations')
    .description('the invitations that wait to be accepted: id, role, when made, expiry, suggested name')
    .action(() =>
      withStoreToRead(async (store) => {
        const now = store.now();
        const all = allItems(
          (page: PageRequest<Position<Date>>) => store.invitations.list(now, page),
          ({ createdAt, id }) => ({ key: createdAt, id }),
        );
        for await (const { id, role, createdAt, expiresAt, username } of all)
          console.log(
            tabbed([invitationNodeId(id), role, createdAt.toISOString(), expiresAt.toISOString(), username ?? '']),
          );
      }),
    );

  user
    .command('revoke-invitation <id>')
    .description('revoke an invitation: its link does not work any more')
    .action((id: string) =>
      withStoreToChange(async (store) => {
        await revokeInvitation(store, id);
        console.log(`${id} is revoked.`);
      }),
    );
}
