import type { Client } from '../sql/queries.ts';

/** What is known of a client's connections. */
export interface Sessions {
  /** Whether the session may be another one in each transaction, since there is a pooler in between; known once connected. */
  readonly isPooled: boolean;
}

const sessionsOf = new WeakMap<Client, Sessions>();

export function registerSessions(client: Client, sessions: Sessions): void {
  sessionsOf.set(client, sessions);
}

/** Whether nothing that a statement does to its session may outlive the transaction. */
export const isPooled = (client: Client): boolean => sessionsOf.get(client)?.isPooled ?? false;
