import { activeClient, pageFetch } from './client.ts';
import { makeDecisions } from './pending.ts';
import { post } from './post.ts';
import { problemOf } from './problem.ts';

/** How long a decision can be taken back. Nothing is sent before. */
export const undoMs = 8000;

/** The decisions of this page that wait. */
export const decisions = makeDecisions({
  delayMs: undoMs,
  retryMs: 5000,
  async send({ document, variables }) {
    // outlives the page, where it is left meanwhile
    const { data, error } = await activeClient
      .get()
      .mutation(document, variables, { fetchOptions: { ...pageFetch, keepalive: true } })
      .toPromise();
    if (!error) return { kind: 'answered', data };
    return problemOf(error).kind === 'network' ? null : { kind: 'failed', error };
  },
  sendAndLeave: ({ document, variables }) => void post(document, variables, { keepalive: true }).catch(() => undefined),
});

window.addEventListener('pagehide', () => decisions.leave());
