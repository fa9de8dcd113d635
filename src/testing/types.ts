/// <reference lib="esnext.disposable" preserve="true" />

/** A server for tests: what `startTestServer` takes and gives. */

/** What a unit is like at the start: the input of `proposeKnowledgeUnit`, and what has become of it since. */
export interface TestUnit {
  /** `ku_` and 32 hexadecimal digits in lower case; a new one unless given. */
  readonly id?: string;
  readonly domains: readonly string[];
  readonly insight: { readonly summary: string; readonly detail: string; readonly action: string };
  readonly context?: {
    readonly languages?: readonly string[];
    readonly frameworks?: readonly string[];
    readonly pattern?: string;
  };
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** `APPROVED` unless given. */
  readonly status?: 'PENDING' | 'APPROVED' | 'REJECTED';
  /** Who proposed it: one of the users, the first of them unless given. */
  readonly proposedBy?: string;
  /** Who has confirmed it, once for each time that a name is here. Only what is approved is confirmed. */
  readonly confirmedBy?: readonly string[];
  /** Only what is approved is flagged. */
  readonly flags?: readonly {
    readonly reason: 'STALE' | 'INCORRECT';
    readonly detail?: string;
    readonly flaggedBy?: string;
  }[];
  /** When it was proposed, decided over, confirmed and flagged; units that say nothing are a second apart, the last one now. */
  readonly createdAt?: Date | string;
}

export interface TestUser {
  /** `MEMBER` unless given. */
  readonly role?: 'MEMBER' | 'REVIEWER' | 'ADMIN';
  /** By which `signIn` works: 8 to 72 bytes, `test-password` unless given. */
  readonly password?: string;
  /** What the user's API key may do: all that an API key can, unless given. */
  readonly key?: { readonly access?: 'READ' | 'WRITE'; readonly domains?: readonly string[] };
}

/** The users of a server of whom nothing is said. */
export type StandardUsers = {
  readonly member: { readonly role: 'MEMBER' };
  readonly reviewer: { readonly role: 'REVIEWER' };
  readonly admin: { readonly role: 'ADMIN' };
};

export interface TestServerOptions<Users extends Readonly<Record<string, TestUser>> = StandardUsers> {
  /** By name. `member`, `reviewer` and `admin`, each with that role, unless given. */
  readonly users?: Users;
  /** In the order in which they were proposed. */
  readonly units?: readonly TestUnit[];
  /**
   * Variables of docs/configuration.md, such as `{ CQ_PUBLIC_READ: 'off' }`. Those that name databases, secrets, files, other servers and
   * where to listen are refused. Without them there is no limit by `CQ_RATE_LIMIT`, and nothing is shed because the machine is busy.
   */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Where to listen: an address of this machine's own, `127.0.0.1` unless given. */
  readonly host?: '127.0.0.1' | '::1' | 'localhost';
  /** Any free port unless given. */
  readonly port?: number;
  /** The time, as the server sees it; that of the machine unless given. */
  readonly clock?: () => Date;
  /** Called with each line of the log, which is JSON; the level is `info`, or that of `CQ_LOG_LEVEL`. Unless given there is no log. */
  readonly log?: (line: string) => void;
}

/** A user, with what makes requests as them. */
export interface Person {
  readonly username: string;
  readonly password: string;
  /** Signs in as the person: for `Authorization: Bearer …`. */
  readonly token: string;
  /** Acts as an agent of the person, likewise. */
  readonly key: string;
  /** The global id, as the API has it. */
  readonly id: string;
}

export interface TestServer<Names extends string = keyof StandardUsers> extends AsyncDisposable {
  /** Without a slash at its end: GraphQL is at `${url}/graphql`, REST at `${url}/api/v1`, MCP at `${url}/mcp`, the web page at `url`. */
  readonly url: string;
  /** Where the data is. */
  readonly database: 'SQLite in memory';
  readonly users: Readonly<Record<Names, Person>>;
  /** The ids of `units`, in their order. */
  readonly unitIds: readonly string[];
  /** Puts all back to how it was when the server had started, at the same URL; tokens, keys and ids stay. Connections are closed. */
  reset(): Promise<void>;
  /** Finishes requests in flight, and stops. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a server for tests: the whole server, with a SQLite database in memory, on this machine's loopback interface. Rejects with a
 * `TypeError` whose message has a line for each problem of the options, with the name of the field.
 */
export type StartTestServer = <const Users extends Readonly<Record<string, TestUser>> = StandardUsers>(
  options?: TestServerOptions<Users>,
) => Promise<TestServer<keyof Users & string>>;

export declare const startTestServer: StartTestServer;
