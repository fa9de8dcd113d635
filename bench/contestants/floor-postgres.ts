import type { Task } from '../tasks.ts';
import type { Contestant } from './contestant.ts';
import { columns, serveRows } from './floor.ts';
import { rows } from './over/rows.ts';
import { confirm, fetching, propose, proposed, search } from './postgres-statements.ts';

const flags = `(select coalesce(json_agg(json_build_object('reason', reason, 'count', count)), '[]')::text from (
    select reason, count(*) as count from knowledge_unit_flags where unit_id = u.id group by reason) as counted) as flags`;
const written = 'u.id, u.confidence, u.confirmations';

const texts = {
  search: search(`${columns}, score, ${flags}`),
  fetch: fetching(`${columns}, ${flags}`),
  confirm: confirm(written),
  propose: propose(written),
};

function valuesOf(task: Task): unknown[] {
  switch (task.do) {
    case 'search':
      return [task.domain];
    case 'fetch':
      return [task.ids];
    case 'confirm':
      return [task.id];
    default:
      return Object.values(proposed(task.proposal));
  }
}

/** What PostgreSQL costs with next to nothing before it. A write is the rows that cannot be done without: unit, domains and event. */
export const floorPostgres: Contestant = {
  name: 'floor-postgres',
  database: 'PostgreSQL',
  over: rows,
  async serve({ place }) {
    const { Pool } = (await import('pg')).default;
    // as many connections as the server has unless told
    const pool = new Pool({ connectionString: place, max: 10 });
    const answer = async (task: Task) =>
      (await pool.query({ name: task.do, text: texts[task.do], values: valuesOf(task) })).rows;
    return await serveRows(answer, () => pool.end());
  },
};
