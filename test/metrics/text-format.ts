/** A family of a scrape. */
export interface ScrapedFamily {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** With the suffix, for histograms. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type Scrape = ReadonlyMap<string, ScrapedFamily>;

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads Prometheus' text format, strictly: throws an `Error` with the line that is none. */
export function readScrape(text: string): Scrape {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, { help: string; type: string; samples: Sample[] }>();
  let current: { help: string; type: string; samples: Sample[] } | null = null;
  let name = '';
  for (const each of text.split('\n')) {
    if (each === '') continue;
    const [, of, help] = /^# HELP (\w+) (.*)$/.exec(each) ?? [];
    const [, typed, type] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(each) ?? [];
    if (of !== undefined) {
      if (families.has(of)) throw new Error(`twice: ${each}`);
      name = of;
      current = { help: help ?? '', type: '', samples: [] };
      families.set(of, current);
    } else if (typed !== undefined) {
      if (typed !== name || !current) throw new Error(`out of place: ${each}`);
      current.type = type ?? '';
    } else {
      const [, sample, labels = '', value] = line.exec(each) ?? [];
      const suffixes = current?.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (sample === undefined || !current || !suffixes.some((suffix) => sample === `${name}${suffix}`))
        throw new Error(`out of place: ${each}`);
      if (!Number.isFinite(Number(value))) throw new Error(`no number: ${each}`);
      current.samples.push({ name: sample, labels: readLabels(labels), value: Number(value) });
    }
  }
  return families;
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [all, name, value] = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest) ?? [];
    if (all === undefined || name === undefined) throw new Error(`no labels: ${text}`);
    labels[name] = value ?? '';
    rest = rest.slice(all.length);
  }
  return labels;
}

/** The sum of the samples of a family that have these labels; of a histogram, of its counts. */
export function sumOf(scrape: Scrape, family: string, labels: Readonly<Record<string, string>> = {}): number {
  const { samples = [], type } = scrape.get(family) ?? {};
  return samples
    .filter(({ name }) => type !== 'histogram' || name.endsWith('_count'))
    .filter((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** How many series there are. */
export const seriesOf = (scrape: Scrape): number =>
  [...scrape.values()].reduce((sum, { samples }) => sum + samples.length, 0);
