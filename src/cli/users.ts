import { type Command, InvalidArgumentError } from 'commander';
import { secretsFile } from '../config/database.ts';
import { loadSecrets } from '../config/secrets.ts';
import { createUser, setPassword, setUserRole } from '../domain/account.ts';
import { userNodeId } from '../domain/ids.ts';
import { allItems } from '../domain/pagination.ts';
import { NotFoundError } from '../errors.ts';
import type { Store, User, UserRole } from '../store/store.ts';
import type { Environment } from './environment.ts';
import { readPassword } from './password.ts';

const roles: readonly UserRole[] = ['member', 'reviewer', 'admin'];

function toRole(text: string): UserRole {
  const role = roles.find((known) => known === text);
  if (!role) throw new InvalidArgumentError(`It must be one of ${roles.join(', ')}.`);
  return role;
}

export function addUserCommands(program: Command, { changing, making, reading }: Environment) {
  const user = program.command('user').description('people and their roles');

  user
    .command('add <name>')
    .description('open an account')
    .option('--role <role>', `one of ${roles.join(', ')}`, toRole, 'member')
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .action(async (username: string, { role, passwordStdin }: { role: UserRole; passwordStdin?: boolean }) => {
      const password = await readPassword(passwordStdin ?? false);
      const added = await making(async (store, config) => {
        // later the server would take them for lost: it makes none for a database that has users
        if (secretsFile(config.database) !== null && (await store.users.count()) === 0)
          await loadSecrets(config, store);
        return createUser(store, { username, password, role });
      });
      console.log(`${added.username} is a new ${added.role}.`);
    });

  user
    .command('list')
    .description('everybody with an account: name, role, since when')
    .action(() =>
      reading(async (store) => {
        const everybody = allItems(store.users.list, ({ username, id }) => ({ key: username, id }));
        for await (const { username, role, createdAt } of everybody)
          console.log([username, role, createdAt.toISOString()].join('\t'));
      }),
    );

  user
    .command('set-role <name>')
    .argument('<role>', `one of ${roles.join(', ')}`, toRole)
    .description('give somebody another role')
    .action((username: string, role: UserRole) =>
      changing(async (store) => {
        const { id } = await findUser(store, username);
        const changed = await setUserRole(store, userNodeId(id), role);
        console.log(`${changed.username} is ${changed.role} now.`);
      }),
    );

  user
    .command('set-password <name>')
    .description('give somebody another password; every token issued before is void')
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .action(async (username: string, { passwordStdin }: { passwordStdin?: boolean }) => {
      const password = await readPassword(passwordStdin ?? false);
      await changing(async (store) => setPassword(store, await findUser(store, username), password));
      console.log(`${username} has a new password.`);
    });
}

export async function findUser(store: Store, username: string): Promise<User> {
  const user = await store.users.findByName(username);
  if (!user) throw new NotFoundError('user', username, ['name']);
  return user;
}
