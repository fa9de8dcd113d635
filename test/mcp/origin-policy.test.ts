import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { originProblem } from '../../src/mcp/origin-policy.ts';

const policy = { host: '127.0.0.1', publicUrl: null, corsOrigin: '*' } as const;
const problem = (headers: Record<string, string>) => originProblem({ headers } as unknown as IncomingMessage, policy);

it('a refusal quotes the header and names the variable that allows it', () => {
  expect(problem({ host: 'localhost:3000' })).toBeNull();
  expect(problem({ host: 'evil "example' })).toBe(
    'The Host header must name this server: localhost, or the host of CQ_PUBLIC_URL; got "evil \\"example".',
  );
  expect(problem({ host: 'localhost', origin: 'http://evil "example' })).toBe(
    'Pages of "http://evil \\"example" may not call this server; CQ_CORS_ORIGIN says which may.',
  );
});
