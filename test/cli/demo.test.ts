import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { has, lacks, unless } from '../left-out.ts';
import { startProcess } from '../process.ts';

it('the demo prints three commands that work as they are printed', unless(!has('curl'), lacks.curl), async () => {
  const server = await startProcess({}, ['demo']);
  const printed = await server.said('Ctrl-C');
  const commands = printed.match(/^curl (?:.*\\\n)+.*$/gm) ?? [];
  expect(commands).toHaveLength(3);
  const answers = [];
  for (const command of commands)
    answers.push(JSON.parse((await promisify(execFile)('sh', ['-c', command])).stdout).data);
  const [search, propose, approve] = answers;
  expect(search.search.nodes[0].insight.summary).toMatch(/stripe webhook signature/i);
  expect(propose.proposeKnowledgeUnit).toMatchObject({ knowledgeUnit: { status: 'PENDING' }, userErrors: [] });
  expect(approve.approveKnowledgeUnit).toMatchObject({ knowledgeUnit: { status: 'APPROVED' }, userErrors: [] });
  expect(printed).toMatch(/Or open http:\/\/localhost:\d+ in a browser, and sign in as rosa\./);
  expect((await server.stop()).code).toBe(0);
});
