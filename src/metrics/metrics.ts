import { addDatabase } from './database.ts';
import { createFamilies } from './families.ts';
import { endAll } from './listen.ts';
import { addParts } from './parts.ts';
import { addPoints } from './points.ts';
import { addProcess } from './process.ts';
import { addRequests } from './requests.ts';
import type { Watched } from './watched.ts';
import { addWork } from './work.ts';

/** The metrics of this process, counted from the moment they are created. */
export interface Metrics {
  /** Shows what these parts are doing, from now on. */
  watch(parts: Watched): void;
  readonly contentType: string;
  /** All metrics as text for Prometheus: at once, or after a second where the database does not answer. Those who scrape at the same time share one. */
  scrape(): Promise<string>;
  /** Counts nothing any more. */
  stop(): void;
}

export interface MetricsOptions {
  /** What is running, as labels of `cq_build_info`. */
  readonly build: Readonly<Record<string, string>>;
  /** For how long one text is given to all who scrape: they cost no more than these times. */
  readonly reuseMs?: number;
  /** How long a scrape waits for the database; a second unless given. */
  readonly deadlineMs?: number;
}

export function createMetrics({ build, reuseMs = 250, deadlineMs }: MetricsOptions): Metrics {
  const families = createFamilies();
  let parts: Watched | null = null;
  const look = () => parts;
  const end = endAll([addRequests(families), addPoints(families), addWork(families)]);
  addParts(families, look);
  addDatabase(families, look, deadlineMs === undefined ? {} : { deadlineMs });
  const ofProcess = addProcess(families, build);
  let last: { readonly text: Promise<string>; readonly until: number } | null = null;
  return {
    watch(given) {
      parts = given;
    },
    contentType: families.contentType,
    scrape() {
      if (last && performance.now() < last.until) return last.text;
      const text = families.render();
      const own = { text, until: Number.POSITIVE_INFINITY };
      last = own;
      const settle = (ms: number) => {
        if (last === own) last = { text, until: performance.now() + ms };
      };
      text.then(
        () => settle(reuseMs),
        () => settle(0),
      );
      return text;
    },
    stop() {
      end();
      ofProcess.stop();
    },
  };
}
