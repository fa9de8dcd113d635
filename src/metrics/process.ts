import { readdir } from 'node:fs/promises';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Families, Sample } from './families.ts';

/** How often the event loop is looked at, and how long its delays are gathered until they are shown. */
const [resolutionMs, windowMs] = [20, 10_000];

const quantiles = [0.5, 0.9, 0.99, 1] as const;

/** Adds what this process is and what it takes: build, processor, memory, and delays of the event loop. `stop` ends the watching of these. */
export function addProcess(families: Families, build: Readonly<Record<string, string>>): { stop(): void } {
  const labels = Object.keys(build);
  families.gauge({ name: 'cq_build_info', help: 'Always 1: what is running.', labels }, () => [[build, 1]]);
  const startedAt = Date.now() / 1000 - process.uptime();
  families.gauge(
    { name: 'process_start_time_seconds', help: 'When this process started, in seconds since 1970.' },
    () => [[{}, startedAt]],
  );
  families.total({ name: 'process_cpu_seconds_total', help: 'Processor time of all threads of this process.' }, () => {
    const { user, system } = process.cpuUsage();
    return [[{}, (user + system) / 1e6]];
  });
  families.gauge({ name: 'process_resident_memory_bytes', help: 'Memory that this process holds (RSS).' }, () => [
    [{}, process.memoryUsage.rss()],
  ]);
  let openFiles: number | null = null;
  families.before(async () => {
    // Linux; elsewhere the family has no value
    openFiles = await readdir('/proc/self/fd').then(
      (names) => names.length,
      () => null,
    );
  });
  families.gauge(
    { name: 'process_open_fds', help: 'Open file descriptors, connections among them. Linux only.' },
    () => (openFiles === null ? [] : [[{}, openFiles]]),
  );
  families.gauge(
    {
      name: 'nodejs_heap_bytes',
      help: 'Memory of the main thread: JavaScript objects in use, the heap that holds them, and buffers outside of it.',
      labels: ['kind'],
    },
    () => {
      const { heapUsed, heapTotal, external } = process.memoryUsage();
      return [
        [{ kind: 'used' }, heapUsed],
        [{ kind: 'total' }, heapTotal],
        [{ kind: 'external' }, external],
      ];
    },
  );
  return addEventLoop(families);
}

function addEventLoop(families: Families): { stop(): void } {
  families.total(
    {
      name: 'cq_event_loop_seconds_total',
      help: 'What the thread that answers requests did: active, or idle in wait for something to do.',
      labels: ['state'],
    },
    () => {
      const { active, idle } = performance.eventLoopUtilization();
      return [
        [{ state: 'active' }, active / 1000],
        [{ state: 'idle' }, idle / 1000],
      ];
    },
  );
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let shown: readonly Sample[] = [];
  // whoever scrapes and how often: all are shown the same window
  const timer = setInterval(() => {
    shown = samplesOf(delays);
    delays.reset();
  }, windowMs).unref();
  families.gauge(
    {
      name: 'cq_event_loop_delay_seconds',
      help: 'How late the event loop was in the last ten seconds: quantiles of what a timer of 20 ms was late by. 1 is the longest.',
      labels: ['quantile'],
    },
    () => (shown.length > 0 ? shown : samplesOf(delays)),
  );
  return {
    stop() {
      clearInterval(timer);
      delays.disable();
    },
  };
}

/** The delays are measured with the timer's own interval in them. */
function samplesOf(delays: ReturnType<typeof monitorEventLoopDelay>): readonly Sample[] {
  if (delays.count === 0) return [];
  return quantiles.map((quantile) => [
    { quantile: String(quantile) },
    Math.max(0, (quantile === 1 ? delays.max : delays.percentile(100 * quantile)) / 1e9 - resolutionMs / 1000),
  ]);
}
