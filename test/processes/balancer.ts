import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** A load balancer as small as one can be: takes turns among the servers whose `/readyz` says 200. */
export interface Balancer extends AsyncDisposable {
  /**
   * Sends a body to the server whose turn it is and answers with what it said and who it was. Takes the next one when a
   * server refuses the connection; whatever happens later is the caller's to see.
   */
  send(body: string, headers: Record<string, string>): Promise<Reply>;
  isReady(url: string): boolean;
}

export interface Reply {
  readonly from: string;
  readonly status: number | undefined;
  readonly body: string;
}

const checkMs = 50;

export function startBalancer(urls: readonly string[]): Balancer {
  // connections are kept open, as a proxy keeps them
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<string>();
  let turn = 0;
  let open = true;

  const check = async (url: string) => {
    while (open) {
      const up = await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      ready[up ? 'add' : 'delete'](url);
      await delay(checkMs);
    }
  };
  const checks = Promise.all(urls.map(check));

  return {
    async send(body, headers) {
      for (let tries = 0; tries < urls.length; tries++) {
        const up = urls.filter((url) => ready.has(url));
        const from = up[turn++ % up.length];
        if (from === undefined) break;
        try {
          return await post(agent, from, body, headers);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
          ready.delete(from);
        }
      }
      throw new Error('no server is ready');
    },
    isReady: (url) => ready.has(url),
    async [Symbol.asyncDispose]() {
      open = false;
      await checks;
      agent.destroy();
    },
  };
}

function post(agent: Agent, from: string, body: string, headers: Record<string, string>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${from}/graphql`, { agent, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject).on('end', () => resolve({ from, status: response.statusCode, body: text }));
    });
    outgoing.on('error', reject).end(body);
  });
}
