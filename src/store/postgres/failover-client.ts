import type { EventEmitter } from 'node:events';
import pg from 'pg';
import type { PostgresAddress, PostgresHost } from '../../config/database.ts';
import { authenticationOf, LoginRefusal } from './channel-binding.ts';
import type { DeadlineConfig } from './deadlines.ts';
import { type Encryption, encryptionsOf, isRefusalOfEncryption, plaintext, targetOf } from './encryption.ts';
import { errorOfHosts, isWorthAnotherHost, wrongKindError } from './host-errors.ts';
import { PreparingClient } from './preparing-client.ts';
import { knownPrimariesOf, readPrimary } from './primaries.ts';
import { attributesProblem } from './session-attributes.ts';

/** For how long a host that did not answer in time is tried after the others. */
const avoidForMs = 30_000;

/** How many hosts a client tries at most. */
export const attemptCount = ({ hosts, targetSessionAttrs }: PostgresAddress) =>
  hosts.length * (targetSessionAttrs === 'prefer-standby' ? 2 : 1);

const maxTimerMs = 2 ** 31 - 1;

type Wanted = PostgresAddress['targetSessionAttrs'];

/**
 * The class of `pg`'s clients that connect to one of the hosts of an address, as libpq does: each client tries them in order, each for
 * `connectTimeoutMs` at most, and each in the ways that `sslmode` allows. A host that did not answer in time is tried
 * last for a while by all clients of the class.
 */
export function clientClass(address: PostgresAddress, connectTimeoutMs: number): new () => pg.ClientBase {
  const silentUntil = new Map<PostgresHost, number>();
  const primaries = knownPrimariesOf(address);

  class FailoverClient extends PreparingClient {
    readonly #config: DeadlineConfig;
    /** What the server has reported at the start of the session. */
    readonly #reported = new Map<string, string>();
    /** Whether the host was reached and has not let us in yet: in another way of encryption it may. */
    #isUnderNegotiation = false;

    constructor(config: DeadlineConfig) {
      // explicit, since `pg` would read the environment
      super({ ...config, ...plaintext });
      // as it is now: the pool may leave out its startup options later
      this.#config = { ...config };
      // while no one else listens, an error would end the process; queries fail by themselves
      this.on('error', () => {});
    }

    override connect(callback?: unknown): Promise<pg.Client> {
      const connecting = this.#connectToAny();
      if (typeof callback !== 'function') return connecting;
      connecting.then(
        () => callback(null, this),
        (error) => callback(error),
      );
      return connecting;
    }

    async #connectToAny(): Promise<pg.Client> {
      const failures = new Map<PostgresHost, Error>();
      for (const { host, wanted } of attemptsOf(address, silentUntil)) {
        try {
          await this.#connectTo(host, wanted);
          return this;
        } catch (error) {
          this.connection.stream.destroy();
          failures.set(host, error as Error);
          if (!isWorthAnotherHost(error)) throw errorOfHosts([[host, error as Error]], address);
        }
      }
      throw errorOfHosts([...failures], address);
    }

    async #connectTo(host: PostgresHost, wanted: Wanted): Promise<void> {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        silentUntil.set(host, Date.now() + avoidForMs);
        this.connection.stream.destroy(new Error('timeout expired'));
      }, connectTimeoutMs || maxTimerMs);
      try {
        const target = await targetOf(address.tls, host);
        const [first, second] = encryptionsOf(address.tls, host) as [Encryption, Encryption?];
        try {
          await this.#open(host, target, first);
        } catch (error) {
          if (!second || isLate || !this.#isUnderNegotiation || error instanceof LoginRefusal) throw error;
          await this.#open(host, target, second).catch((other) => {
            throw isRefusalOfEncryption(other) ? error : other;
          });
        }
        const problem = (await attributesProblem(wanted, this, this.#reported)) ?? (await this.#problemOfPrimary());
        if (problem !== null) throw wrongKindError(problem);
        silentUntil.delete(host);
      } finally {
        clearTimeout(timer);
      }
    }

    /** Why this is not the primary of now, as far as this process knows; null if it may be. */
    async #problemOfPrimary(): Promise<string | null> {
      const primary = primaries && (await readPrimary(this));
      return primary && (primaries?.admit(primary) ?? null);
    }

    async #open(host: PostgresHost, target: string, encryption: Encryption): Promise<void> {
      const authentication = authenticationOf(address.channelBinding, encryption.ssl !== false, host.password);
      const config = {
        ...this.#config,
        ...encryption,
        ...authentication.config,
        host: target,
        port: host.port,
        connectionTimeoutMillis: 0,
      };
      renew(this, new pg.Client(config));
      const connection: EventEmitter = this.connection;
      this.#reported.clear();
      this.#isUnderNegotiation = false;
      connection.once('connect', () => {
        this.#isUnderNegotiation = true;
      });
      connection.once('authenticationOk', () => {
        this.#isUnderNegotiation = false;
      });
      connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
        this.#reported.set(parameterName, parameterValue);
      });
      authentication.watch(connection);
      await super.connect();
      authentication.requireBound();
    }
  }
  return FailoverClient as unknown as new () => pg.ClientBase;
}

/** The hosts in the order in which they are tried, each with what it must be. */
function attemptsOf(
  { hosts, inRandomOrder, targetSessionAttrs }: PostgresAddress,
  silentUntil: ReadonlyMap<PostgresHost, number>,
): readonly { readonly host: PostgresHost; readonly wanted: Wanted }[] {
  const shuffled = inRandomOrder ? hosts.toSorted(() => Math.random() - 0.5) : hosts;
  const isSilent = (host: PostgresHost) => (silentUntil.get(host) ?? 0) > Date.now();
  const order = [...shuffled.filter((host) => !isSilent(host)), ...shuffled.filter(isSilent)];
  const all = (wanted: Wanted) => order.map((host) => ({ host, wanted }));
  return targetSessionAttrs === 'prefer-standby' ? [...all('standby'), ...all('any')] : all(targetSessionAttrs);
}

/** Makes a client like new: those of `pg` connect only once, and a pool knows its clients by identity. */
function renew(client: pg.Client, fresh: pg.Client): void {
  const { connection } = client;
  connection.removeAllListeners();
  connection.on('error', () => {});
  connection.stream.destroy();
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(fresh)))
    if (!/^_(events|eventsCount|maxListeners)$/.test(name)) Object.defineProperty(client, name, property);
}
