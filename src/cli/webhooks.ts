import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../config/config.ts';
import { loadSecrets, requireSecrets } from '../config/secrets.ts';
import { deliveryNodeId, webhookNodeId } from '../domain/ids.ts';
import { allItems } from '../domain/pagination.ts';
import {
  addTest,
  createWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  sendAgain,
  switchWebhookOff,
  switchWebhookOn,
  updateWebhook,
  type WebhookChecks,
} from '../domain/webhooks.ts';
import { NotFoundError } from '../errors.ts';
import type {
  DeliveryStatus,
  PageRequest,
  Position,
  Store,
  Webhook,
  WebhookDelivery,
  WebhookFormat,
} from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { printable, tabbed } from './printable.ts';
import { findUser } from './users.ts';

interface Given {
  readonly owner?: string;
  readonly name?: string;
  readonly url?: string;
  readonly format?: WebhookFormat;
  readonly document?: string;
  readonly variables?: string;
}

const formats = ['standard', 'slack', 'teams'] as const;
const statuses = ['waiting', 'delivered', 'failed', 'skipped'] as const;

export function addWebhookCommands(program: Command, context: CommandContext) {
  const { config, withStoreToChange, withStoreToRead } = context;
  const webhooks = program.command('webhook').description('where events are sent to');
  const withContent = (command: Command) =>
    command
      .addOption(new Option('--format <format>', 'what is sent').choices(formats))
      .option('--document <file>', 'the subscription whose result is sent', textOf)
      .option('--variables <json>', 'the values of its variables', jsonObject);

  withContent(
    webhooks
      .command('create')
      .description('make a webhook and print its secret, once')
      .requiredOption('--owner <name>', 'the administrator with whose rights the subscription is executed')
      .requiredOption('--name <name>', 'what to call it')
      .requiredOption('--url <url>', 'where to send to'),
  ).action(async ({ owner, ...given }: Given & Required<Pick<Given, 'owner' | 'name' | 'url'>>) => {
    await requireSecrets(config());
    await withStoreToChange(async (store, config) => {
      const [user, secrets] = [await findUser(store, owner), await loadSecrets(config, store)];
      const checks = await checksOf(config);
      const { webhook, secret } = await createWebhook(store, secrets, checks, user, given);
      console.error(`${webhookNodeId(webhook.id)} is on. The secret that it signs with, shown this once:`);
      console.log(secret);
    });
  });

  webhooks
    .command('list')
    .description('all webhooks: id, state, name, owner, format, URL, how many deliveries wait, failing since')
    .action(() =>
      withStoreToRead(async (store) => {
        const all = allItems(
          (page: PageRequest<Position<Date>>) => store.webhooks.list(page),
          ({ createdAt, id }) => ({ key: createdAt, id }),
        );
        for await (const webhook of all) {
          const [owner] = await store.users.findMany([webhook.userId]);
          const waiting = await store.webhooks.countDeliveries(webhook.id, 'waiting');
          console.log(tabbed(describeWebhook(webhook, owner?.username ?? '', waiting)));
        }
      }),
    );

  withContent(
    webhooks
      .command('change <id>')
      .description('change a webhook')
      .option('--owner <name>', 'another administrator with whose rights the subscription is executed')
      .option('--name <name>', 'what to call it')
      .option('--url <url>', 'where to send to'),
  ).action((id: string, { owner, ...changes }: Given) =>
    withStoreToChange(async (store, config) => {
      await updateWebhook(store, await checksOf(config), id, changes, await ownerOf(store, owner));
      console.log(`${printable(id)} is changed.`);
    }),
  );

  webhooks
    .command('on <id>')
    .description('switch a webhook on')
    .option('--owner <name>', 'another administrator with whose rights the subscription is executed')
    .action((id: string, { owner }: Given) =>
      withStoreToChange(async (store) => {
        await switchWebhookOn(store, id, await ownerOf(store, owner));
        console.log(`${printable(id)} is on.`);
      }),
    );

  webhooks
    .command('off <id>')
    .description('switch a webhook off')
    .action((id: string) =>
      withStoreToChange(async (store) => {
        await switchWebhookOff(store, id);
        console.log(`${printable(id)} is off.`);
      }),
    );

  webhooks
    .command('rotate <id>')
    .description('give a webhook another secret and print it, once; the one before signs too for a day')
    .action(async (id: string) => {
      await requireSecrets(config());
      await withStoreToChange(async (store, config) => {
        const { secret } = await rotateWebhookSecret(store, await loadSecrets(config, store), id);
        console.error('The secret that it signs with, shown this once:');
        console.log(secret);
      });
    });

  webhooks
    .command('test <id>')
    .description('send a test to a webhook, from here, and print how it ended')
    .action(async (id: string) => {
      await requireSecrets(config());
      await withStoreToChange(async (store, config) => {
        const delivery = await sendFromHere(store, config, await addTest(store, id), await context.log());
        console.log(tabbed(describeDelivery(delivery)));
        if (delivery.status !== 'delivered') process.exitCode = 1;
      });
    });

  webhooks
    .command('deliveries <id>')
    .description('what was and is to be sent: id, made, status, attempts, code, ms, next attempt, what, error, answer')
    .addOption(new Option('--status <status>', 'only these').choices(statuses))
    .action((id: string, { status }: { status?: DeliveryStatus }) =>
      withStoreToRead(async (store) => {
        const webhook = await store.webhooks.find(id.replace(/^whk_/, ''));
        if (!webhook) throw new NotFoundError('webhook', id);
        const all = allItems(
          (page: PageRequest<Position<Date>>) => store.webhooks.deliveries(webhook.id, status ?? null, page),
          ({ createdAt, id }) => ({ key: createdAt, id }),
        );
        for await (const delivery of all) console.log(tabbed(describeDelivery(delivery)));
      }),
    );

  webhooks
    .command('send-again <delivery>')
    .description('have a delivery that has ended sent again by a server')
    .action((id: string) =>
      withStoreToChange(async (store) => {
        await sendAgain(store, id);
        console.log(`${printable(id)} is to be sent again.`);
      }),
    );

  webhooks
    .command('delete <id>')
    .description('delete a webhook with its deliveries')
    .action((id: string) =>
      withStoreToChange(async (store) => {
        await deleteWebhook(store, id);
        console.log(`${printable(id)} is deleted.`);
      }),
    );
}

function jsonObject(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // said below
  }
  throw new InvalidArgumentError('It must be a JSON object.');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

const ownerOf = async (store: Store, name: string | undefined) =>
  name === undefined ? {} : { owner: await findUser(store, name) };

/** The schema is loaded only where a subscription is checked against it. */
async function checksOf({ maxQueryCost, webhooks }: Config): Promise<WebhookChecks> {
  const [{ graphqlSchema }, { createWebhookDocuments }, { createWebhookChecks }] = await Promise.all([
    import('../graphql/schema.ts'),
    import('../graphql/webhook-documents.ts'),
    import('../graphql/webhook-checks.ts'),
  ]);
  return createWebhookChecks(createWebhookDocuments({ schema: graphqlSchema(), maxCost: maxQueryCost }), webhooks);
}

/** Sends a test, whose body needs no subscription. */
async function sendFromHere(
  store: Store,
  config: Config,
  test: WebhookDelivery,
  log: Awaited<ReturnType<CommandContext['log']>>,
): Promise<WebhookDelivery> {
  const [{ sendNow }, { version }] = await Promise.all([import('../webhooks/webhooks.ts'), import('../version.ts')]);
  const none = () => {
    throw new Error('a test has no subscription');
  };
  return sendNow(
    {
      ...{ store, version, log, secrets: await loadSecrets(config, store), reachable: config.webhooks },
      ...{ payloads: { typeOf: none, isTold: none, payloadOf: none }, pageOf: () => null },
    },
    test,
  );
}

const describeWebhook = (webhook: Webhook, owner: string, waiting: number): string[] => [
  webhookNodeId(webhook.id),
  webhook.offSince === null ? 'on' : `off: ${webhook.offReason}`,
  webhook.name,
  owner,
  webhook.format,
  webhook.url,
  String(waiting),
  webhook.failingSince?.toISOString() ?? '',
];

const describeDelivery = (delivery: WebhookDelivery): string[] => [
  deliveryNodeId(delivery.id),
  delivery.createdAt.toISOString(),
  delivery.status,
  String(delivery.attempts),
  String(delivery.statusCode ?? ''),
  String(delivery.durationMs ?? ''),
  delivery.runAt?.toISOString() ?? '',
  delivery.type,
  delivery.error ?? '',
  delivery.answer ?? '',
];
