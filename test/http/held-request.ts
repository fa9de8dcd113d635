import { once } from 'node:events';
import { type Agent, request } from 'node:http';
import { connect } from 'node:net';

/** A request that the server has begun to handle, and whose body it waits for. */
export interface HeldRequest {
  /** Resolves when its connection is closed, by whichever side. */
  readonly closed: Promise<unknown>;
  /** Sends the body, and answers with the body of the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  finish(): Promise<any>;
}

/** `Expect: 100-continue` makes the server say that it has the request, so that no test needs to guess when it has. */
export async function holdRequest(url: string, query: string, agent: Agent): Promise<HeldRequest> {
  const body = JSON.stringify({ query });
  const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
  const outgoing = request(`${url}/graphql`, { agent, method: 'POST', headers });
  const answer = new Promise<string>((resolve, reject) => {
    outgoing.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject).on('end', () => resolve(text));
    });
  });
  // a test that means to lose the answer does not ask for it
  answer.catch(() => {});
  outgoing.flushHeaders();
  const [[socket]] = await Promise.all([once(outgoing, 'socket'), once(outgoing, 'continue')]);
  return {
    closed: new Promise((resolve) => socket.once('close', resolve)),
    async finish() {
      outgoing.end(body);
      return JSON.parse(await answer);
    },
  };
}

/** Resolves when connections to `url` are refused. */
export async function refused(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    try {
      await once(socket, 'connect');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
    } finally {
      socket.destroy();
    }
  }
}
