import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { PostgresConfig, PostgresHost } from '../../config/database.ts';
import { labelOfHost } from '../../config/database-url.ts';
import type { ServerNotice } from '../store.ts';
import { knownPrimariesOf, type Primary, readPrimary } from './primaries.ts';
import { openProbePool } from './readiness.ts';

/** How often all hosts are asked. */
const surveyEveryMs = 5000;

/** Asks all hosts of a URL again and again, since none of them knows of another one's promotion. */
export interface PrimarySurvey {
  readonly pools: readonly Pool[];
  /** Asks them once. Never rejects: a host that does not answer within some seconds says nothing. */
  run(): Promise<void>;
  close(): void;
}

interface Answer {
  readonly host: PostgresHost;
  readonly primary: Primary;
}

/**
 * Surveys the hosts of the primary, if there are several that it may be. So a process learns of a failover although the old primary
 * still answers it, and of an old primary that comes back as a second one. Says in `notify` where the primary is now, and when there
 * are two.
 */
export function openSurvey(config: PostgresConfig, notify: (notice: ServerNotice) => void): PrimarySurvey {
  const known = knownPrimariesOf(config.primary);
  if (!known) return { pools: [], run: async () => {}, close() {} };
  const hosts = config.primary.hosts.map((host) => {
    const address = { ...config.primary, hosts: [host], targetSessionAttrs: 'any' as const };
    return { host, pool: openProbePool(address, config) };
  });
  let said = '';

  async function run() {
    const answers = (await Promise.all(hosts.map(({ host, pool }) => ask(host, pool)))).filter(
      (answer) => answer !== null,
    );
    // the newest first, so that the older ones are not taken for current ones
    const primaries = answers.toSorted((one, other) => other.primary.timeline - one.primary.timeline);
    const refused = primaries.map(({ host, primary }) => ({ host, problem: known?.admit(primary) ?? null }));
    const warnings = refused.filter(({ problem }) => problem !== null);
    const message = warnings
      .map(({ host, problem }) => `${labelOfHost(host)} is not written to: ${problem}`)
      .join('; ');
    const twins = refused.filter(({ problem }) => problem === null);
    const split =
      twins.length > 1
        ? `${twins.map(({ host }) => labelOfHost(host)).join(' and ')} are both primaries with the same timeline: what is written to one of them is missing in the other`
        : '';
    const now = [message, split].filter(Boolean).join('; ');
    if (now !== '' && now !== said) notify({ level: 'warn', message: now });
    said = now;
  }

  const stopped = new AbortController();
  void (async () => {
    for (;;) {
      await delay(surveyEveryMs * (0.8 + 0.4 * Math.random()), undefined, { ref: false, signal: stopped.signal });
      await run();
    }
  })().catch(() => {});
  known.onFailover(({ timeline }) => {
    if (!stopped.signal.aborted)
      notify({ level: 'warn', message: `the primary has changed: its timeline is ${timeline} now` });
  });
  return { pools: hosts.map(({ pool }) => pool), run, close: () => stopped.abort() };
}

async function ask(host: PostgresHost, pool: Pool): Promise<Answer | null> {
  try {
    const client = await pool.connect();
    try {
      const primary = await readPrimary(client);
      return primary && { host, primary };
    } finally {
      client.release();
    }
  } catch {
    return null;
  }
}
