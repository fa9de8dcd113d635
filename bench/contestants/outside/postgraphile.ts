import { createServer } from 'node:http';
import type { Task, Told } from '../../tasks.ts';
import type { Contestant, Over } from '../contestant.ts';
import { listening } from '../listening.ts';
import { countsOf } from '../over/rest.ts';
import { toldOf, type UnitRow } from '../over/rows.ts';
import { confirm, fetching, propose, proposed, search } from '../postgres-statements.ts';

/** As its documentation advises for what is more than a table: functions in the database, here with the statements of the floor. */
const functions = [
  `create function bench_search(domain text) returns setof knowledge_units stable language sql as $$${search('u.*')}$$`,
  `create function bench_fetch(ids text[]) returns setof knowledge_units stable language sql as $$${fetching('u.*')}$$`,
  `create function bench_confirm(unit_id text) returns knowledge_units volatile language sql as $$${confirm('*')}$$`,
  `create function bench_propose(unit_id text, domains text, summary text, detail text, action text, languages text, frameworks text,
     pattern text) returns knowledge_units volatile language sql as $$${propose('*')}$$`,
];

/** Named as the columns are. */
const lesson = /* GraphQL */ `
  fragment Lesson on KnowledgeUnit {
    id: rowId
    domains summary detail action languages frameworks pattern confidence confirmations tier
    last_confirmed: lastConfirmed
    created_at: createdAt
    reasons: knowledgeUnitFlagsByUnitId { nodes { reason } }
  }
`;
const written = 'result { id: rowId confidence confirmations }';

const documents = {
  search: `query Search($domain: String!) { benchSearch(domain: $domain) { nodes { ...Lesson } } } ${lesson}`,
  fetch: `query Fetch($ids: [String!]!) { benchFetch(ids: $ids) { nodes { ...Lesson } } } ${lesson}`,
  confirm: `mutation Confirm($id: String!) { benchConfirm(input: { unitId: $id }) { ${written} } }`,
  propose: `mutation Propose($input: BenchProposeInput!) { benchPropose(input: $input) { ${written} } }`,
};

function variablesOf(task: Task) {
  if (task.do !== 'propose') {
    const { do: _, ...variables } = task;
    return variables;
  }
  const { id: unitId, ...rest } = proposed(task.proposal);
  return { input: { unitId, ...rest } };
}

type Node = UnitRow & { readonly reasons?: { readonly nodes: readonly { readonly reason: string }[] } };

const over: Over = {
  request: (task) => ({
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query: documents[task.do], variables: variablesOf(task) }),
  }),
  read(_task, text) {
    const [found] = Object.values((JSON.parse(text) as { data: object }).data) as { nodes?: Node[]; result: Node }[];
    const nodes = found?.nodes ?? (found?.result ? [found.result] : []);
    return nodes.map(
      ({ reasons, ...row }): Told => ({ ...toldOf(row), ...(reasons && { flagCounts: countsOf(reasons.nodes) }) }),
    );
  },
};

/** PostGraphile on the tables of the server. */
export const postgraphile: Contestant = {
  name: 'postgraphile',
  database: 'PostgreSQL',
  over,
  outside: true,
  async serve({ place }) {
    const { administer } = await import('../../../test/postgres/administer.ts');
    for (const text of functions) await administer(place, text);
    const { postgraphile: create } = await import('postgraphile');
    const { PostGraphileAmberPreset } = await import('postgraphile/presets/amber');
    const { makePgService } = await import('postgraphile/adaptors/pg');
    const { grafserv } = await import('postgraphile/grafserv/node');
    const instance = create({
      extends: [PostGraphileAmberPreset],
      // as many connections as the server has unless told
      pgServices: [makePgService({ connectionString: place, schemas: ['public'], poolConfig: { max: 10 } })],
      grafserv: { graphiql: false, watch: false },
    });
    const server = createServer();
    await instance.createServ(grafserv).addTo(server);
    return await listening(server, () => instance.release());
  },
};
