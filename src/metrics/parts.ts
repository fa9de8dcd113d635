import type { Families, Sample } from './families.ts';
import type { Watched } from './watched.ts';

/** Adds what the parts of the server are doing at the moment of a scrape. None of it asks the database. `parts` are null while it starts. */
export function addParts(families: Families, parts: () => Watched | null): void {
  const gauge = (
    family: { readonly name: string; readonly help: string; readonly labels?: readonly string[] },
    look: (parts: Watched) => readonly Sample[],
  ) =>
    families.gauge(family, () => {
      const known = parts();
      return known ? look(known) : [];
    });

  families.gauge({ name: 'cq_started', help: 'Whether the server has its database and answers requests.' }, () => [
    [{}, parts() ? 1 : 0],
  ]);
  gauge(
    {
      name: 'cq_requests_in_flight',
      help: 'Requests: running with a slot, running without one since they take long, and queued for one.',
      labels: ['state'],
    },
    ({ admission }) => byKey('state', admission()),
  );
  gauge(
    { name: 'cq_requests_in_flight_max', help: 'How many there may be, by the configuration.', labels: ['state'] },
    ({ limits: { running, slow, queued } }) => byKey('state', { running, slow, queued }),
  );
  gauge({ name: 'cq_live_connections', help: 'SSE streams and WebSockets that are open.' }, ({ live }) => [
    [{}, live.connections()],
  ]);
  gauge(
    { name: 'cq_live_connections_max', help: 'How many there may be (CQ_MAX_LIVE_CONNECTIONS).' },
    ({ limits: { liveConnections } }) => [[{}, liveConnections]],
  );
  addStore(gauge);
  gauge(
    {
      name: 'cq_embedding_circuit',
      help: 'The circuit breaker in front of the embedding service: 1 for the state that it is in. While it is open, searches go on by words.',
      labels: ['state'],
    },
    ({ embedding }) => {
      const now = embedding?.circuit() ?? null;
      return now === null ? [] : ['closed', 'half-open', 'open'].map((state) => [{ state }, state === now ? 1 : 0]);
    },
  );
  gauge(
    {
      name: 'cq_embedding_worker_failing',
      help: 'Whether something keeps the worker from embedding units; the log says what.',
    },
    ({ embedding }) => (embedding ? [[{}, embedding.problem() === null ? 0 : 1]] : []),
  );
}

function addStore(
  gauge: (
    family: { readonly name: string; readonly help: string; readonly labels?: readonly string[] },
    look: (parts: Watched) => readonly Sample[],
  ) => void,
): void {
  gauge(
    {
      name: 'cq_database_connections',
      help: 'Connections of each pool to PostgreSQL: busy, or idle.',
      labels: ['pool', 'state'],
    },
    ({ store }) =>
      store.activity().pools.flatMap(({ name: pool, busy, idle }): Sample[] => [
        [{ pool, state: 'busy' }, busy],
        [{ pool, state: 'idle' }, idle],
      ]),
  );
  gauge(
    { name: 'cq_database_connections_max', help: 'The most connections of each pool.', labels: ['pool'] },
    ({ store }) => store.activity().pools.map(({ name: pool, size }) => [{ pool }, size]),
  );
  gauge(
    {
      name: 'cq_database_connection_waits',
      help: 'Callers who wait for a connection of each pool at the moment.',
      labels: ['pool'],
    },
    ({ store }) => store.activity().pools.map(({ name: pool, waiting }) => [{ pool }, waiting]),
  );
  gauge(
    {
      name: 'cq_replica_up',
      help: 'Whether a read replica is read from, by its place in CQ_DATABASE_REPLICA_URLS.',
      labels: ['replica'],
    },
    ({ store }) => store.replicas.map(({ lagMs }, at) => [{ replica: String(at + 1) }, lagMs === null ? 0 : 1]),
  );
  gauge(
    {
      name: 'cq_replica_lag_seconds',
      help: 'A replica has all that the primary had written so long ago; no value while it is not read from.',
      labels: ['replica'],
    },
    ({ store }) =>
      store.replicas.flatMap(({ lagMs }, at): Sample[] =>
        lagMs === null ? [] : [[{ replica: String(at + 1) }, lagMs / 1000]],
      ),
  );
  gauge(
    { name: 'cq_sqlite_writers_waiting', help: 'Writers of this process that wait for their turn at the file.' },
    ({ store }) => ofFile(store.activity().file?.writersWaiting),
  );
  gauge(
    { name: 'cq_sqlite_search_threads', help: 'Threads of searches that are there; they end after five idle minutes.' },
    ({ store }) => ofFile(store.activity().file?.searchThreads),
  );
  gauge(
    { name: 'cq_sqlite_searches', help: 'Searches that the threads have been asked, and not answered yet.' },
    ({ store }) => ofFile(store.activity().file?.searches),
  );
}

const ofFile = (value: number | undefined): Sample[] => (value === undefined ? [] : [[{}, value]]);

const byKey = (label: string, values: object): Sample[] =>
  Object.entries(values).map(([key, value]) => [{ [label]: key }, value as number]);
