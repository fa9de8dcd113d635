import { type Command, InvalidArgumentError } from 'commander';
import { secretsFile } from '../config/database.ts';
import { loadSecrets } from '../config/secrets.ts';
import { createUser, setPassword, setUserRole } from '../domain/account.ts';
import { userNodeId } from '../domain/ids.ts';
import { allItems } from '../domain/pagination.ts';
import { findUserByTypedName } from '../domain/user-names.ts';
import { NotFoundError } from '../errors.ts';
import type { Store, User, UserRole } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { readPassword } from './password.ts';

const roles: readonly UserRole[] = ['member', 'reviewer', 'admin'];

function toRole(text: string): UserRole {
  const role = roles.find((known) => known === text);
  if (!role) throw new InvalidArgumentError(`It must be one of ${roles.join(', ')}.`);
  return role;
}

export function addUserCommands(
  program: Command,
  { withStoreToChange, withStoreToCreate, withStoreToRead }: CommandContext,
) {
  const user = program.command('user').description('people and their roles');

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
    .description('all accounts: name, role, when created')
    .action(() =>
      withStoreToRead(async (store) => {
        const users = allItems(store.users.list, ({ username, id }) => ({ key: username, id }));
        for await (const { username, role, createdAt } of users)
          console.log([username, role, createdAt.toISOString()].join('\t'));
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
}

/** Finds a user by name; throws `NotFoundError`. */
export async function findUser(store: Store, username: string): Promise<User> {
  const user = await findUserByTypedName(store, username);
  if (!user) throw new NotFoundError('user', username, ['name']);
  return user;
}
