import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { checkAuditFilter } from '../domain/audit-filter.ts';
import { auditOldestFirst, followAudit } from '../domain/audit-trail.ts';
import { apiKeyNodeId, auditNodeId, userIdOf, userNodeId } from '../domain/ids.ts';
import { parseTtl } from '../domain/ttl.ts';
import type { AuditEntry, Store, User } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { printable } from './printable.ts';
import { findUser } from './users.ts';

/** How often `--follow` looks for new entries. */
const lookEveryMs = 1000;

interface Options {
  readonly actor?: string;
  readonly action?: readonly string[];
  readonly target?: string;
  readonly since?: Date;
  readonly follow?: boolean;
}

export function addAuditCommand(program: Command, { withStoreToRead }: CommandContext) {
  program
    .command('audit')
    .description('the audit log as lines of JSON, oldest first')
    .option('--actor <name>', 'what this user did')
    .option('--action <action...>', 'these actions only, such as user.created')
    .option('--target <id>', 'what was done to this, such as usr_1 or ku_…')
    .option('--since <time>', 'from an instant on, such as 2026-03-01T12:00:00Z, or for the last 7d or 12h', toInstant)
    .option('--follow', 'and then go on with each new entry; one whose count grows comes again')
    .action(({ actor, action, target, since, follow = false }: Options) =>
      withStoreToRead(async (store) => {
        const user = actor === undefined ? null : await findUser(store, actor);
        const filter = checkAuditFilter({
          actor: user && userNodeId(user.id),
          actions: action ?? null,
          target: target ?? null,
          at: since ? { from: since } : null,
        });
        await print(
          store,
          follow ? followAudit(store, filter, () => delay(lookEveryMs)) : auditOldestFirst(store, filter),
        );
      }),
    );
}

async function print(store: Store, entries: AsyncIterable<AuditEntry>) {
  for await (const entry of entries)
    if (!process.stdout.write(`${lineOf(entry, await peopleOf(store, entry))}\n`))
      await new Promise((resolve) => process.stdout.once('drain', resolve));
}

type People = ReadonlyMap<number, User>;

/** The accounts that an entry is about, as they are called now. */
async function peopleOf(store: Store, { actorId, target }: AuditEntry): Promise<People> {
  const ids = [actorId, target && userIdOf(target)].filter((id) => typeof id === 'number');
  const users = await store.users.findMany(ids);
  return new Map(users.flatMap((user) => (user ? [[user.id, user] as const] : [])));
}

/** One line of JSON, of the same fields as `AuditEntry` of the GraphQL schema. */
export function lineOf(entry: AuditEntry, people: People): string {
  const { id, at, action, actorKind, actorId, keyId, target, address, details, count, lastAt } = entry;
  const nameOf = (user: User | undefined) => user && { id: userNodeId(user.id), username: user.username };
  const targetId = target === null ? null : userIdOf(target);
  const line = JSON.stringify({
    id: auditNodeId(id),
    at: at.toISOString(),
    action,
    actorKind: actorKind.toUpperCase(),
    actor: actorId === null ? null : (nameOf(people.get(actorId)) ?? { id: userNodeId(actorId), username: null }),
    keyId: keyId && apiKeyNodeId(keyId),
    target,
    targetUser: (targetId !== null && nameOf(people.get(targetId))) || null,
    address,
    details: details === null ? null : JSON.parse(details),
    count,
    lastAt: lastAt.toISOString(),
  });
  return printable(line);
}

function toInstant(text: string): Date {
  const ttl = parseTtl(text);
  if (!('error' in ttl)) return new Date(Date.now() - ttl.seconds * 1000);
  const instant = new Date(/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? text : Number.NaN);
  if (Number.isNaN(instant.getTime()))
    throw new InvalidArgumentError('It must be an instant such as 2026-03-01T12:00:00Z, or a duration such as 7d.');
  return instant;
}
