import { setImmediate as nextTurn } from 'node:timers/promises';
import { Counter, Gauge, Histogram, type Metric, Registry } from 'prom-client';

export type Labels = Readonly<Record<string, string>>;

/** A value with its labels. */
export type Sample = readonly [labels: Labels, value: number];

/** A family of metrics: its name, what it means, and the names of its labels. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** Counts what happens. */
export interface Count {
  add(labels: Labels, by?: number): void;
}

/** Counts what happens by how long it takes, or how much it is. */
export interface Distribution {
  observe(labels: Labels, value: number): void;
}

/** The families of this process, and their text for Prometheus. Names and labels are given by the code alone, never by a caller. */
export interface Families {
  counter(family: Family): Count;
  histogram(family: Family & { readonly buckets: readonly number[] }): Distribution;
  /** Values of the moment: `look` is asked at each scrape, after what `before` waits for. What it leaves out is not shown. */
  gauge(family: Family, look: () => readonly Sample[]): void;
  /** The same for numbers that only grow and are counted elsewhere. */
  total(family: Family, look: () => readonly Sample[]): void;
  /** Waits for this at each scrape. It must end soon, and not fail. */
  before(prepare: () => Promise<void>): void;
  readonly contentType: string;
  /** The text of all families. */
  render(): Promise<string>;
}

/** Takes all values away: `reset` alone leaves a 0 where there are no labels. */
function empty(metric: Gauge | Counter, { labels = [] }: Family): void {
  metric.reset();
  if (labels.length === 0) metric.remove({});
}

export function createFamilies(): Families {
  const registry = new Registry();
  const metrics: Metric[] = [];
  const preparing: (() => Promise<void>)[] = [];
  const looking: (() => void)[] = [];

  const optionsOf = ({ name, help, labels = [] }: Family) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });

  return {
    counter(family) {
      const metric = new Counter(optionsOf(family));
      metrics.push(metric);
      return { add: (labels, by) => metric.inc(labels, by) };
    },

    histogram(family) {
      const metric = new Histogram({ ...optionsOf(family), buckets: [...family.buckets] });
      metrics.push(metric);
      return { observe: (labels, value) => metric.observe(labels, value) };
    },

    gauge(family, look) {
      const metric = new Gauge(optionsOf(family));
      metrics.push(metric);
      looking.push(() => {
        empty(metric, family);
        for (const [labels, value] of look()) metric.set(labels, value);
      });
    },

    total(family, look) {
      const metric = new Counter(optionsOf(family));
      metrics.push(metric);
      looking.push(() => {
        empty(metric, family);
        for (const [labels, value] of look()) metric.inc(labels, value);
      });
    },

    before: (prepare) => void preparing.push(prepare),

    contentType: Registry.PROMETHEUS_CONTENT_TYPE,

    async render() {
      await Promise.all(preparing.map((prepare) => prepare()));
      for (const look of looking) look();
      const texts: string[] = [];
      for (const metric of metrics) {
        texts.push(await registry.getSingleMetricAsString((metric as unknown as { name: string }).name));
        // requests have their turns between: a family may have a thousand lines
        await nextTurn();
      }
      return `${texts.join('\n\n')}\n`;
    },
  };
}
