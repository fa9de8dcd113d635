import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, ConfigError } from '../config/config.ts';
import { type PostgresAddress, type PostgresConfig, replicaDatabase, secretsFile } from '../config/database.ts';
import type { EmbeddingConfig } from '../config/embedding.ts';
import { UnavailableError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { describeError, exitCodes } from './errors.ts';

/** How long one service may take to answer, whatever its own timeouts are. */
const timeoutMs = 15_000;

/** A service that the server connects to. `check` returns its state in a sentence, or throws. */
interface Connection {
  readonly name: string;
  readonly check: () => Promise<string>;
}

/**
 * `check-config --connect`: connects to the database, its replicas and the embedding service, changes nothing there, and prints
 * the state of each on standard error. Exits the process if one fails: with 78 if something must be corrected, with 69 if all
 * failures may be temporary.
 */
export async function checkConnections(config: Config, context: CommandContext): Promise<void> {
  const codes: number[] = [];
  for (const { name, check } of connectionsOf(config, context))
    try {
      console.error(`${name}: ${await withTimeout(check())}`);
    } catch (error) {
      const { code, message } = describeError(error);
      console.error(`cq-server: ${name}: ${message}`);
      codes.push(code);
    }
  // process.exit, since a pending connection would keep the process alive
  if (codes.length > 0) process.exit(codes.find((code) => code !== exitCodes.unavailable) ?? exitCodes.unavailable);
}

function connectionsOf(config: Config, context: CommandContext): Connection[] {
  const { database, embedding } = config;
  const connections: Connection[] = [{ name: 'database', check: () => checkDatabase(config, context) }];
  if (database.engine === 'postgres')
    database.replicas.forEach((address, at) => {
      const name = `replica ${at + 1} of ${database.replicas.length}`;
      connections.push({ name, check: () => checkReplica(database, address, context) });
    });
  if (embedding) connections.push({ name: 'embedding service', check: () => checkEmbedder(embedding, context) });
  return connections;
}

async function checkDatabase(config: Config, { inspect, withStoreToRead }: CommandContext): Promise<string> {
  const { database, embedding, migrate } = config;
  let remark = '';
  const { label } = database;
  if (database.engine === 'sqlite' && database.file === ':memory:') return `${label} begins empty with every start.`;
  const state = await inspect(database);
  const file = config.jwtSecret === null ? secretsFile(database) : null;
  // without migrations `serve` needs what a command that reads needs
  if (!migrate || state.kind === 'foreign' || state.kind === 'newer' || state.kind === 'current')
    await withStoreToRead(async (store) => {
      if (file !== null && !existsSync(file) && (await store.users.count()) > 0)
        throw new ConfigError(`${file} is missing, and the database has users. Put it back, or set the secrets.`);
      if (embedding && store.vectorProblem !== null) remark = ` It holds no vectors. ${store.vectorProblem}`;
    });
  switch (state.kind) {
    case 'missing':
      return `${label} is not there yet; serve makes it.`;
    case 'empty':
      return `${label} is empty; serve makes its tables.`;
    case 'python':
      return `${label} is as the Python server left it; serve adopts it.`;
    case 'behind':
      return `${label} is ${state.migrations} migrations behind; serve brings it up to date.`;
    default:
      return `${label} is up to date.${remark}`;
  }
}

async function checkReplica(
  config: PostgresConfig,
  address: PostgresAddress,
  { inspect, requireReplica }: CommandContext,
): Promise<string> {
  const replica = replicaDatabase(config, address);
  const { kind } = await inspect(config);
  if (kind === 'empty' || kind === 'foreign' || kind === 'python') {
    await inspect(replica);
    return `${replica.label} is reachable; there is nothing to compare it with yet.`;
  }
  await requireReplica(config, address);
  return `${replica.label} is a standby of the database, and up to date.`;
}

async function checkEmbedder(config: EmbeddingConfig, { probeEmbedder }: CommandContext): Promise<string> {
  const { provider, name, dimensions } = await probeEmbedder(config, AbortSignal.timeout(timeoutMs));
  return `${provider} (${name}) answers with vectors of ${dimensions} numbers.`;
}

function withTimeout<T>(answer: Promise<T>): Promise<T> {
  const late = delay(timeoutMs + 1000, undefined, { ref: false }).then(() => {
    throw new UnavailableError(new Error(`no answer within ${timeoutMs / 1000} s`));
  });
  return Promise.race([answer, late]);
}
