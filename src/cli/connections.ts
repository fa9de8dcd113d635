import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, ConfigError } from '../config/config.ts';
import { type PostgresAddress, type PostgresConfig, replicaDatabase, secretsFile } from '../config/database.ts';
import type { EmbeddingConfig } from '../config/embedding.ts';
import { UnavailableError } from '../errors.ts';
import type { Environment } from './environment.ts';
import { exitCodes, explain } from './exit.ts';

/** The longest that one of them may take to answer, whatever its own limits are. */
const longestMs = 15_000;

/** One thing that a server talks to. `ask` answers how it is, or throws. */
interface Connection {
  readonly name: string;
  readonly ask: () => Promise<string>;
}

/**
 * Tries everything that a server with this configuration talks to, changes nothing there, and says on standard error how each
 * is. Where one is not as it should be, ends the process: with 78 when something has to be corrected, with 69 when all that is
 * wrong may pass.
 */
export async function tryConnections(config: Config, environment: Environment): Promise<void> {
  const codes: number[] = [];
  for (const { name, ask } of connectionsOf(config, environment))
    try {
      console.error(`${name}: ${await inTime(ask())}`);
    } catch (error) {
      const { code, message } = explain(error);
      console.error(`cq-server: ${name}: ${message}`);
      codes.push(code);
    }
  // not by the exit code alone: what has not answered would hold up the end
  if (codes.length > 0) process.exit(codes.find((code) => code !== exitCodes.unavailable) ?? exitCodes.unavailable);
}

function connectionsOf(config: Config, environment: Environment): Connection[] {
  const { database, embedding } = config;
  const connections: Connection[] = [{ name: 'database', ask: () => askDatabase(config, environment) }];
  if (database.engine === 'postgres')
    database.replicas.forEach((address, at) => {
      const name = `replica ${at + 1} of ${database.replicas.length}`;
      connections.push({ name, ask: () => askReplica(database, address, environment) });
    });
  if (embedding) connections.push({ name: 'embedding service', ask: () => askEmbedder(embedding, environment) });
  return connections;
}

async function askDatabase(config: Config, { inspect, reading }: Environment): Promise<string> {
  const { database, migrate } = config;
  const { label } = database;
  if (database.engine === 'sqlite' && database.file === ':memory:') return `${label} begins empty with every start.`;
  const state = await inspect(database);
  const file = config.jwtSecret === null ? secretsFile(database) : null;
  // without migrations a server opens it as a command does that reads
  if (!migrate || state.kind === 'foreign' || state.kind === 'newer' || state.kind === 'current')
    await reading(async (store) => {
      if (file !== null && !existsSync(file) && (await store.users.count()) > 0)
        throw new ConfigError(`${file} is missing, and the database has users. Put it back, or set the secrets.`);
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
      return `${label} is up to date.`;
  }
}

async function askReplica(config: PostgresConfig, address: PostgresAddress, { inspect }: Environment): Promise<string> {
  const replica = replicaDatabase(config, address);
  const state = await inspect(replica);
  if (state.kind === 'current') return `${replica.label} is up to date.`;
  return `${replica.label} answers, and is to follow the database, which it does not yet.`;
}

async function askEmbedder(config: EmbeddingConfig, { probeEmbedder }: Environment): Promise<string> {
  const { provider, name, dimensions } = await probeEmbedder(config, AbortSignal.timeout(longestMs));
  return `${provider} (${name}) answers with vectors of ${dimensions} numbers.`;
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = delay(longestMs + 1000, undefined, { ref: false }).then(() => {
    throw new UnavailableError(new Error(`no answer within ${longestMs / 1000} s`));
  });
  return Promise.race([answer, late]);
}
