import { pageSize, type Task, type Told } from '../../tasks.ts';
import type { Over } from '../contestant.ts';
import { asStored } from './graphql.ts';

/** The tools of MCP, which has none for units by id. Of a search every unit is to come whole, as over GraphQL. */
export const mcp: Over = {
  request(task) {
    const params = callOf(task);
    if (!params) return null;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    return { method: 'POST', path: '/mcp', body };
  },
  read(task, text) {
    const { result } = JSON.parse(text) as { result: { structuredContent: Structured } };
    const { results = [], unit } = result.structuredContent;
    if (task.do === 'search') return results.map(({ score, unit }) => ({ ...asStored(unit), score }));
    const { id, domains, evidence } = unit as Told;
    return [{ id, domains, evidence }];
  },
};

interface Structured {
  readonly results?: readonly { readonly score: number; readonly unit: Told }[];
  readonly unit?: Told;
}

function callOf(task: Task) {
  switch (task.do) {
    case 'search': {
      const whole = { limit: pageSize, whole: pageSize, max_bytes: 200_000 };
      return { name: 'query', arguments: { domains: [task.domain], ...whole } };
    }
    case 'confirm':
      return { name: 'confirm', arguments: { unit_id: task.id } };
    case 'propose': {
      const { domains, insight, context } = task.proposal;
      return { name: 'propose', arguments: { domains, ...insight, ...context } };
    }
    default:
      return null;
  }
}
