import type { Command } from 'commander';
import { loadSecrets, requireSecrets } from '../config/secrets.ts';
import { createApiKey, revokeApiKey } from '../domain/account.ts';
import { apiKeyNodeId } from '../domain/ids.ts';
import { allItems } from '../domain/pagination.ts';
import { NotFoundError } from '../errors.ts';
import type { ApiKey, PageRequest, Position } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { printable, tabbed } from './printable.ts';
import { findUser } from './users.ts';

interface NewKeyOptions {
  readonly user: string;
  readonly name: string;
  readonly ttl: string;
  readonly label?: string[];
  readonly readOnly?: boolean;
  readonly domain?: string[];
}

export function addApiKeyCommands(program: Command, { config, withStoreToChange, withStoreToRead }: CommandContext) {
  const keys = program.command('api-key').description('keys for agents');

  keys
    .command('create')
    .description('make a key and print it, once')
    .requiredOption('--user <name>', 'whose key it is')
    .requiredOption('--name <name>', 'what to call it')
    .option('--ttl <ttl>', 'how long it lives, such as 30d or 12h', '90d')
    .option('--label <label...>', 'labels to find it by')
    .option('--read-only', 'for reading only')
    .option('--domain <domain...>', 'only for these domains')
    .action(async ({ user, name, ttl, label, readOnly, domain }: NewKeyOptions) => {
      await requireSecrets(config());
      await withStoreToChange(async (store, config) => {
        const owner = await findUser(store, user);
        const secrets = await loadSecrets(config, store);
        const { apiKey, secret } = await createApiKey(store, secrets, owner, {
          name,
          ttl,
          labels: label,
          access: readOnly ? 'read' : 'write',
          domains: domain,
        });
        console.error(
          `${apiKeyNodeId(apiKey.id)} expires at ${apiKey.expiresAt.toISOString()}. The key, shown this once:`,
        );
        console.log(secret);
      });
    });

  keys
    .command('list')
    .description('the keys of a user: id, state, prefix, name, expiry, last use, access, domains')
    .requiredOption('--user <name>', 'whose keys')
    .action(({ user }: { user: string }) =>
      withStoreToRead(async (store) => {
        const owner = await findUser(store, user);
        const keys = allItems(
          (page: PageRequest<Position<Date>>) => store.apiKeys.list(owner.id, null, page),
          ({ createdAt, id }) => ({ key: createdAt, id }),
        );
        for await (const key of keys) console.log(tabbed(describe(key, store.now())));
      }),
    );

  keys
    .command('revoke <id>')
    .description('end a key')
    .action((id: string) =>
      withStoreToChange(async (store) => {
        const [key] = await store.apiKeys.findMany([id.replace(/^key_/, '')]);
        const [owner] = key ? await store.users.findMany([key.userId]) : [];
        if (!key || !owner) throw new NotFoundError('API key', id);
        await revokeApiKey(store, owner, apiKeyNodeId(key.id));
        console.log(`${apiKeyNodeId(key.id)} of ${printable(owner.username)} is revoked.`);
      }),
    );
}

function describe(key: ApiKey, now: Date): string[] {
  const state = key.revokedAt ? 'revoked' : key.expiresAt <= now ? 'expired' : 'active';
  const used = key.lastUsedAt?.toISOString() ?? 'never';
  return [
    apiKeyNodeId(key.id),
    state,
    key.prefix,
    key.name,
    key.expiresAt.toISOString(),
    used,
    key.access,
    key.domains?.join(',') ?? 'all',
  ];
}
