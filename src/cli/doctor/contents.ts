import type { Config } from '../../config/config.ts';
import { modelStatuses } from '../../domain/embeddings.ts';
import { allItems } from '../../domain/pagination.ts';
import { pepperUses } from '../../domain/pepper-uses.ts';
import type { Secrets } from '../../domain/secrets.ts';
import { counted, type Finding, ok, type Report, sentence, warning } from '../../findings.ts';
import type { PageRequest, Position, Store } from '../../store/store.ts';
import { printable } from '../printable.ts';
import { findingsOf } from './look.ts';

/** After this long without a sign of life no server works on the vectors of a model. */
const unusedMs = 10 * 60_000;

/**
 * What waits in a database that has this release's schema, and does not get on by itself. `secrets` are null where they could not be
 * read. What one part throws is a finding, and the others go on.
 */
export async function examineContents(
  store: Store,
  { embedding }: Config,
  secrets: Secrets | null,
  report: Report,
): Promise<void> {
  const parts: Readonly<Record<string, () => Promise<readonly Finding[]>>> = {
    accounts: () => examinePeople(store),
    ...(secrets && { 'api-keys': () => examineKeys(store, secrets) }),
    quarantine: () => examineQuarantine(store),
    erasures: () => examineErasures(store),
    webhooks: () => examineWebhooks(store),
    ...(embedding && { 'embedding.queue': () => examineVectors(store) }),
  };
  for (const [check, examine] of Object.entries(parts))
    for (const finding of await examine().catch((error) => findingsOf(check, error))) report(finding);
}

async function examinePeople(store: Store): Promise<Finding[]> {
  const count = await store.users.count();
  return count > 0
    ? [ok('accounts', `${counted(count, 'account')}.`)]
    : [warning('accounts', 'There is no account yet: nobody can review.', 'Run: cq-server user add NAME --role admin')];
}

async function examineKeys(store: Store, secrets: Secrets): Promise<Finding[]> {
  const uses = await pepperUses(store, secrets);
  const keysOf = (which: string) =>
    uses.filter(({ pepper }) => pepper === which).reduce((sum, { keys }) => sum + keys, 0);
  const foreign = keysOf('foreign');
  if (foreign > 0)
    return [
      warning(
        'api-keys',
        `${counted(foreign, 'active API key')} hang on a pepper that is not configured, and are refused.`,
        'Put the pepper before into CQ_API_KEY_PEPPER_PREVIOUS, or have new keys made; "cq-server secrets status" tells more.',
      ),
    ];
  const all = uses.reduce((sum, { keys }) => sum + keys, 0);
  return [ok('api-keys', `${counted(all, 'active API key')}, ${keysOf('previous')} of them on a previous pepper.`)];
}

async function examineQuarantine(store: Store): Promise<Finding[]> {
  const count = await store.quarantine.count();
  if (count === 0) return [];
  return [
    warning(
      'quarantine',
      `${counted(count, 'row')} of the adopted database could not be understood and wait.`,
      'Look at them: cq-server quarantine list',
    ),
  ];
}

async function examineErasures(store: Store): Promise<Finding[]> {
  const first = { limit: 20 };
  const erasures = [...(await store.erasures.list(first)).items, ...(await store.erasures.listUsers(first)).items];
  const waiting = erasures.find(({ doneAt, waitsFor }) => doneAt === null && waitsFor !== null);
  if (!waiting) return [];
  return [
    warning(
      'erasures',
      `What was erased at ${waiting.erasedAt.toISOString()} is not out of the files yet: ${sentence(waiting.waitsFor ?? '')}`,
      'See to what it waits for, then run: cq-server unit erasures --finish',
    ),
  ];
}

async function examineWebhooks(store: Store): Promise<Finding[]> {
  const check = 'webhooks';
  const findings: Finding[] = [];
  const list = (page: PageRequest<Position<Date>>) => store.webhooks.list(page);
  const all = await Array.fromAsync(allItems(list, ({ createdAt, id }) => ({ key: createdAt, id })));
  const waiting = await store.webhooks.waiting(all.map(({ id }) => id));
  for (const { id, name, offSince, offReason, failingSince } of all) {
    const waits = `${counted(waiting.get(id) ?? 0, 'delivery', 'deliveries')} waiting`;
    const called = `The webhook ${id} (${printable(name)})`;
    if (offSince !== null && offReason !== null && offReason !== 'switched')
      findings.push(
        warning(
          check,
          `${called} was switched off at ${offSince.toISOString()} (${offReason}).`,
          `See why: cq-server webhook deliveries ${id}. Correct it, then: cq-server webhook on ${id}`,
        ),
      );
    else if (offSince === null && failingSince !== null)
      findings.push(
        warning(
          check,
          `${called} has failed since ${failingSince.toISOString()}, with ${waits}.`,
          `See why: cq-server webhook deliveries ${id}`,
        ),
      );
  }
  return findings.length > 0 || all.length === 0
    ? findings
    : [ok(check, `${counted(all.length, 'webhook')}, none of which fails.`)];
}

/** The queue of vectors to make, and the index that searches by meaning use. */
async function examineVectors(store: Store): Promise<Finding[]> {
  const check = 'embedding.queue';
  const findings: Finding[] = [];
  const models = await modelStatuses(store);
  for (const { name, state, done, waiting, parked, lastError, indexProblem, lastUsedAt } of models) {
    const found = `${name} (${state}): ${counted(done, 'vector')}, ${waiting} waiting, ${parked} parked`;
    if (parked > 0)
      findings.push(
        warning(
          check,
          sentence(`${found}, one of them since: ${printable(lastError ?? 'unknown').slice(0, 300)}`),
          'See which: cq-server embeddings parked. When the cause is gone: cq-server embeddings retry',
        ),
      );
    else if (waiting > 0 && store.now().getTime() - (lastUsedAt?.getTime() ?? 0) > unusedMs)
      findings.push(
        warning(
          check,
          `${found}, and no server has worked on them since ${lastUsedAt?.toISOString() ?? 'it was registered'}.`,
          'Start a server with this CQ_EMBEDDING_MODEL; where one runs, its log says what the service answers.',
        ),
      );
    else findings.push(ok(check, `${found}.`));
    if (indexProblem !== null)
      findings.push(
        warning('embedding.index', printable(indexProblem), 'As the owner of the tables: cq-server embeddings index'),
      );
  }
  return findings;
}
