import { listenersOn, processorTime } from '../processes.ts';
import type { Contestant } from './contestant.ts';
import { rest } from './over/rest.ts';

const url = process.env.CQ_BENCH_PYTHON_URL;

/**
 * The Python server, or whatever speaks its REST, at a URL; null without one. It is asked and not started: its database has to hold the same
 * units, and a user's key (`CQ_BENCH_PYTHON_KEY`) is needed for writes.
 */
export const python: Contestant | null = url
  ? {
      name: 'python-rest',
      database: null,
      over: rest,
      key: process.env.CQ_BENCH_PYTHON_KEY,
      async serve() {
        const { hostname, origin, port } = new URL(url);
        const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
        return {
          url: origin,
          used() {
            const processes = isHere ? listenersOn(Number(port || 80)) : [];
            return processes.length === 0 ? null : processes.reduce((sum, id) => sum + processorTime(id), 0);
          },
          stop() {},
        };
      },
    }
  : null;
