import { type Command, InvalidArgumentError } from 'commander';
import { secretsFile } from '../config/database.ts';
import { loadSecrets } from '../config/secrets.ts';
import { createUser, setPassword, setUserRole } from '../domain/account.ts';
import { operator } from '../domain/audit.ts';
import { finishErasures } from '../domain/erasure.ts';
import { userNodeId } from '../domain/ids.ts';
import { allItems } from '../domain/pagination.ts';
import { closeUser, reinstateUser, reopenUser, suspendUser } from '../domain/suspension.ts';
import { eraseUser } from '../domain/user-erasure.ts';
import { findUserByTypedName } from '../domain/user-names.ts';
import { NotFoundError } from '../errors.ts';
import type { PageRequest, Position, Store, User, UserRole } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { byErasure, describeErasure, warnOfBackups } from './erasures.ts';
import { readPassword } from './password.ts';
import { tabbed } from './printable.ts';

export const roles: readonly UserRole[] = ['member', 'reviewer', 'admin'];

export function toRole(text: string): UserRole {
  const role = roles.find((known) => known === text);
  if (!role) throw new InvalidArgumentError(`It must be one of ${roles.join(', ')}.`);
  return role;
}

/** Adds `user` and what is of accounts; answers it, for what else there is of them. */
export function addUserCommands(program: Command, context: CommandContext): Command {
  const { withStoreToChange, withStoreToCreate, withStoreToRead } = context;
  const user = program.command('user').description('people, their roles, and whether they may come in');
  addAccountStates(user, context);
  addErasures(user, context);

  user
    .command('add <name>')
    .description('open an account')
    .option('--role <role>', `one of ${roles.join(', ')}`, toRole, 'member')
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .action(async (username: string, { role, passwordStdin }: { role: UserRole; passwordStdin?: boolean }) => {
      const password = await readPassword(passwordStdin ?? false);
      const added = await withStoreToCreate(async (store, config) => {
        // before the first user: the server creates no secrets for a database with users, but takes them for lost
        if (secretsFile(config.database) !== null && (await store.users.count()) === 0)
          await loadSecrets(config, store);
        return createUser(store, { username, password, role });
      });
      console.log(`${added.username} is a new ${added.role}.`);
    });

  user
    .command('list')
    .description('all accounts: name, role, when created, state, last use')
    .action(() =>
      withStoreToRead(async (store) => {
        const users = allItems(store.users.list, ({ username, id }) => ({ key: username, id }));
        for await (const { username, role, createdAt, suspendedAt, closedAt, lastUsedAt } of users) {
          const state = closedAt ? 'closed' : suspendedAt ? 'suspended' : 'active';
          const used = lastUsedAt?.toISOString() ?? 'never';
          console.log(tabbed([username, role, createdAt.toISOString(), state, used]));
        }
      }),
    );

  user
    .command('set-role <name>')
    .argument('<role>', `one of ${roles.join(', ')}`, toRole)
    .description('change the role of a user')
    .action((username: string, role: UserRole) =>
      withStoreToChange(async (store) => {
        const { id } = await findUser(store, username);
        const changed = await setUserRole(store, userNodeId(id), role);
        console.log(`${changed.username} is ${changed.role} now.`);
      }),
    );

  user
    .command('set-password <name>')
    .description('change the password of a user; every token issued before is void')
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .action(async (username: string, { passwordStdin }: { passwordStdin?: boolean }) => {
      const password = await readPassword(passwordStdin ?? false);
      await withStoreToChange(async (store) => setPassword(store, await findUser(store, username), password));
      console.log(`${username} has a new password.`);
    });
  return user;
}

function addAccountStates(user: Command, { withStoreToChange }: CommandContext) {
  user
    .command('suspend <name>')
    .description('suspend an account: neither its tokens nor its keys work from now on')
    .requiredOption('--reason <reason>', 'why; administrators see it')
    .option(
      '--reject-pending',
      'reject the units and suggestions of the person that wait; "reinstate --restore" takes it back',
    )
    .option('--retire-approved', "retire the person's approved units; taken back likewise")
    .action((username: string, options: { reason: string; rejectPending?: boolean; retireApproved?: boolean }) =>
      withStoreToChange(async (store) => {
        const { id } = await findUser(store, username);
        const sum = { rejected: 0, rejectedSuggestions: 0, retired: 0 };
        for (let hasMore = true; hasMore; ) {
          const outcome = await suspendUser(store, { id: userNodeId(id), ...options });
          for (const name of ['rejected', 'rejectedSuggestions', 'retired'] as const) sum[name] += outcome[name];
          hasMore = outcome.hasMore;
        }
        const done = [
          ...(options.retireApproved ? [`${sum.retired} units are retired`] : []),
          ...(options.rejectPending
            ? [`${sum.rejected} units and ${sum.rejectedSuggestions} suggestions are rejected`]
            : []),
        ];
        console.log(`${[`${username} is suspended`, ...done].join(', ')}.`);
      }),
    );

  user
    .command('reinstate <name>')
    .description('lift the suspension of an account; its keys work again')
    .option('--restore', 'have what the suspension rejected wait again, and what it retired be approved again')
    .action((username: string, { restore }: { restore?: boolean }) =>
      withStoreToChange(async (store) => {
        const { id } = await findUser(store, username);
        const sum = { restored: 0, restoredSuggestions: 0, reinstated: 0 };
        for (let hasMore = true; hasMore; ) {
          const outcome = await reinstateUser(store, { id: userNodeId(id), restore });
          for (const name of ['restored', 'restoredSuggestions', 'reinstated'] as const) sum[name] += outcome[name];
          hasMore = outcome.hasMore;
        }
        const done = restore
          ? [
              `${sum.reinstated} units are approved again`,
              `${sum.restored} units and ${sum.restoredSuggestions} suggestions wait again`,
            ]
          : [];
        console.log(`${[`${username} is reinstated`, ...done].join(', ')}.`);
      }),
    );

  const changes = {
    close: ['close an account and revoke its keys; its name stays taken', closeUser, 'is closed'],
    reopen: ['open a closed account again', reopenUser, 'is open again'],
  } as const;
  for (const [name, [description, change, outcome]] of Object.entries(changes))
    user
      .command(`${name} <name>`)
      .description(description)
      .action((username: string) =>
        withStoreToChange(async (store) => {
          await change(store, userNodeId((await findUser(store, username)).id));
          console.log(`${username} ${outcome}.`);
        }),
      );
}

function addErasures(user: Command, { withStoreToChange, withStoreToRead }: CommandContext) {
  user
    .command('erase <name>')
    .description('erase a person for good: the account, and the name wherever the database has it')
    .requiredOption('--reason <text>', 'why; kept, so it must not have the name')
    .action((username: string, { reason }: { reason: string }) =>
      withStoreToChange(async (store) => {
        const { id } = await findUser(store, username);
        const { erasure, backups } = await eraseUser(store, operator, { id: userNodeId(id), reason });
        warnOfBackups(backups);
        await finishErasures(store, false);
        const now = (await store.erasures.findUser(id)) ?? erasure;
        console.log([describeErasure(now), now.placeholder].join('\t'));
      }),
    );

  user
    .command('erasures')
    .description(
      'people who were erased: id, when, whether anything is left of the name, why, what stands in its place',
    )
    .action(() =>
      withStoreToRead(async (store) => {
        const all = allItems((page: PageRequest<Position<Date>>) => store.erasures.listUsers(page), byErasure);
        for await (const erasure of all) console.log([describeErasure(erasure), erasure.placeholder].join('\t'));
      }),
    );
}

/** Finds a user by name; throws `NotFoundError`. */
export async function findUser(store: Store, username: string): Promise<User> {
  const user = await findUserByTypedName(store, username);
  if (!user) throw new NotFoundError('user', username, ['name']);
  return user;
}
