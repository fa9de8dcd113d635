import type { DeliveredLog, LogPlace, ReviewStatus, Store } from '../store/store.ts';
import type { Families, Sample } from './families.ts';
import { createFigure, type FigureOptions } from './figures.ts';
import type { Watched } from './watched.ts';

/** Jobs of embeddings, and entries that a reader of a log is behind, are counted up to this. */
export const maxCounted = 10_000;

const statuses: readonly ReviewStatus[] = ['pending', 'approved', 'rejected', 'superseded', 'retired'];
const logs: readonly DeliveredLog[] = ['events', 'audit_log'];

/** What is read from the database, by name, as samples of families. */
type Reads = Readonly<Record<string, (parts: Watched) => Promise<Partial<Record<string, readonly Sample[]>>>>>;

const reads: Reads = {
  async schema({ store }) {
    await store.ping();
    return {};
  },

  async units({ store }) {
    const counts = await store.stats.statusCounts();
    return { cq_units: statuses.map((status) => [{ status }, counts[status] ?? 0]) };
  },

  async embeddings({ store, embedding }) {
    if (!embedding) return {};
    const models = (await store.embeddings.models()).filter(({ state }) => state !== 'retired');
    const backlogs = await Promise.all(models.map(({ id }) => store.embeddings.backlog(id, maxCounted)));
    const sum = (state: 'waiting' | 'parked') => backlogs.reduce((all, backlog) => all + backlog[state], 0);
    return {
      cq_embedding_jobs: [
        [{ state: 'waiting' }, sum('waiting')],
        [{ state: 'parked' }, sum('parked')],
      ],
    };
  },

  async webhooks({ store }) {
    const [count, active] = await Promise.all([store.webhooks.count(), store.webhooks.active()]);
    const waiting = await store.webhooks.waiting(active.map(({ id }) => id));
    const behind = active.length > 0 ? await entriesBehind(store, await placesOfWebhooks(store)) : [];
    return {
      cq_webhooks: [
        [{ state: 'on' }, active.length],
        [{ state: 'off' }, count - active.length],
      ],
      cq_webhook_deliveries_waiting: [[{}, [...waiting.values()].reduce((all, one) => all + one, 0)]],
      cq_log_entries_behind: behind.map(([labels, value]) => [{ ...labels, reader: 'webhooks' }, value]),
    };
  },

  async subscriptions({ store, live }) {
    const behind = await entriesBehind(store, live.places());
    return { cq_log_entries_behind: behind.map(([labels, value]) => [{ ...labels, reader: 'subscriptions' }, value]) };
  },

  async files({ store }) {
    const sizes = await store.fileSizes();
    return {
      cq_sqlite_file_bytes: sizes
        ? [
            [{ file: 'database' }, sizes.database],
            [{ file: 'wal' }, sizes.log],
          ]
        : [],
    };
  },
};

type Places = Readonly<Record<DeliveredLog, LogPlace | null>>;

async function placesOfWebhooks(store: Store): Promise<Places> {
  const texts = await Promise.all(logs.map((log) => store.webhooks.placeIn(log)));
  const [events, audit] = texts.map((text) => (text === null ? null : (JSON.parse(text) as LogPlace)));
  return { events: events ?? null, audit_log: audit ?? null };
}

async function entriesBehind(store: Store, places: Places): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const log of logs) {
    const place = places[log];
    if (place === null) continue;
    const source = log === 'events' ? store.events.log : store.audit.log;
    samples.push([{ log }, await source.countAfter(place, maxCounted)]);
  }
  return samples;
}

/**
 * Adds what has to be read from the database. Each figure is bounded and shared (`figures.ts`), and where it cannot be read its families
 * have no value, and `cq_figure_up` is 0.
 */
export function addDatabase(families: Families, parts: () => Watched | null, options: FigureOptions = {}): void {
  /** By family, of the figures that could be read. */
  let samples = new Map<string, Sample[]>();
  let up: Sample[] = [];
  const figures = Object.entries(reads).map(([name, read]) => {
    const figure = createFigure(async () => {
      const known = parts();
      return known && (await read(known));
    }, options);
    return { name, figure };
  });
  families.before(async () => {
    if (!parts()) return;
    const values = await Promise.all(figures.map(({ figure }) => figure.current()));
    up = figures.map(({ name }, at) => [{ figure: name }, values[at] ? 1 : 0]);
    samples = new Map();
    for (const value of values)
      for (const [family, own = []] of Object.entries(value ?? {}))
        samples.set(family, [...(samples.get(family) ?? []), ...own]);
  });

  const shown = (name: string, help: string, ...labels: string[]) =>
    families.gauge({ name, help, labels }, () => samples.get(name) ?? []);
  families.gauge(
    {
      name: 'cq_figure_up',
      help: 'Whether a figure could be read from the database in time. Where it is 0, what it is about has no value. schema: the database answers, and has the migrations of this program.',
      labels: ['figure'],
    },
    () => up,
  );
  shown('cq_units', 'Knowledge units by review status.', 'status');
  shown(
    'cq_embedding_jobs',
    `Units that wait for a vector, and whose embedding has failed for good; up to ${maxCounted} are counted.`,
    'state',
  );
  shown('cq_webhooks', 'Webhooks that are on, and that are off.', 'state');
  shown('cq_webhook_deliveries_waiting', 'Deliveries that wait, of the webhooks that are on.');
  shown(
    'cq_log_entries_behind',
    `Entries of a log that its reader has not come to; up to ${maxCounted} are counted. No value where nobody is told.`,
    'log',
    'reader',
  );
  shown('cq_sqlite_file_bytes', 'The SQLite file, and its write-ahead log (WAL).', 'file');
}
