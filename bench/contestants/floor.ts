import { createServer } from 'node:http';
import type { Task } from '../tasks.ts';
import { listening } from './listening.ts';

/** As little of a server as will do: rows of a prepared statement through JSON.stringify. */
export async function serveRows(answer: (task: Task) => unknown, close: () => unknown) {
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (text: string) => {
      body += text;
    });
    req.on('end', async () => {
      try {
        const text = JSON.stringify(await answer(JSON.parse(body)));
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
      } catch (error) {
        res.writeHead(500).end(String(error));
      }
    });
  });
  return await listening(server, close);
}

/** The columns of a lesson. */
export const columns = `u.id, u.domains, u.summary, u.detail, u.action, u.languages, u.frameworks, u.pattern, u.confidence,
  u.confirmations, u.last_confirmed, u.tier, u.created_at`;

/** How many domains a unit may have: those that have as many stand together in an index, the most confident first. */
export const mostDomains = 16;

/** Who proposes and confirms. */
export const actor = 'agent';
