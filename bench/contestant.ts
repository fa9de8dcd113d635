import { setImmediate as nextTurn } from 'node:timers/promises';
import { readConfig } from '../src/config/config.ts';
import { createLog } from '../src/log.ts';
import { serve } from '../src/main.ts';
import { openStatements } from './ceiling-statement.ts';
import { serveFromMemory } from './ceiling-yoga.ts';
import type { Kind, Order, Report } from './protocol.ts';
import { secrets } from './secrets.ts';

/** One contestant in its own process: `contestant.ts <kind> <database file, or URL>`, spoken to over `process.send`. */

interface Role {
  readonly url?: string;
  handle?(order: Order): Omit<Report, 'cpu'>;
  stop(): Promise<void> | void;
}

async function server(file: string): Promise<Role> {
  const config = readConfig({
    [file.startsWith('postgres') ? 'CQ_DATABASE_URL' : 'CQ_DB_PATH']: file,
    CQ_PORT: '0',
    CQ_LOG_LEVEL: 'silent',
    CQ_RATE_LIMIT: '0',
    CQ_JWT_SECRET: secrets.jwtSecret,
    CQ_API_KEY_PEPPER: secrets.apiKeyPepper,
  });
  return await serve(config, createLog(config.logLevel));
}

const roles: Record<Kind, (file: string) => Promise<Role>> = {
  cq: server,
  mcp: server,

  async yoga() {
    const { url, learn, stop } = await serveFromMemory();
    return {
      url,
      stop,
      handle(order) {
        if (order.do === 'learn') learn(order.answers);
        return {};
      },
    };
  },

  async statement(file) {
    const { ask, close } = openStatements(file);
    return {
      stop: close,
      handle(order) {
        if (order.do === 'answer') return { ids: order.question.terms.map((terms) => ask(order.question.kind, terms)) };
        if (order.do !== 'loop') return {};
        const { kind, terms } = order.question;
        const start = performance.now();
        let count = 0;
        do {
          for (const term of terms) ask(kind, term);
          count += terms.length;
        } while (performance.now() - start < order.ms);
        return { count, ms: performance.now() - start };
      },
    };
  },
};

const [kind, file] = process.argv.slice(2) as [Kind, string];
const role = await roles[kind](file);

process.on('message', async (order: Order) => {
  if (order.do === 'stop') {
    await role.stop();
    process.disconnect();
    return;
  }
  const result = role.handle?.(order) ?? {};
  // what the last answers left to do belongs to them
  await nextTurn();
  report(result);
});
// whether told to stop or left alone by a benchmark that was cut off
process.once('disconnect', () => process.exit());
report({ url: role.url });

function report(result: Omit<Report, 'cpu'>) {
  const { user, system } = process.cpuUsage();
  process.send?.({ ...result, cpu: user + system } satisfies Report);
}
