import { randomUUID } from 'node:crypto';
import { pageSize, type Task } from '../tasks.ts';
import type { Contestant } from './contestant.ts';
import { actor, columns, mostDomains, serveRows } from './floor.ts';
import { rows } from './over/rows.ts';

const flags = `(select json_group_array(json_object('reason', reason, 'count', count)) from (
    select reason, count(*) as count from knowledge_unit_flags where unit_id = u.id group by reason)) as flags`;

const best = (count: number) => `select * from (
    select unit_id, 0.55 * (1.0 / domain_count) * confidence as score from knowledge_unit_domains
     where domain = @domain and status = 'approved' and domain_count = ${count}
     order by confidence desc, unit_id desc limit ${pageSize})`;

const search = `
  select ${columns}, score, ${flags} from (
    ${Array.from({ length: mostDomains }, (_, place) => best(place + 1)).join(' union all ')}
     order by score desc, unit_id desc limit ${pageSize})
    join knowledge_units as u on u.id = unit_id
   order by score desc, unit_id desc`;

const fetching = `
  select ${columns}, ${flags} from json_each(@ids) as asked join knowledge_units as u on u.id = asked.value order by asked.key`;

const confirm = {
  unit: `update knowledge_units
            set confidence = min(1.0, confidence + 0.1), confirmations = confirmations + 1, last_confirmed = @now, updated_at = @now
          where id = @id and status = 'approved' returning id, confidence, confirmations, version`,
  domains: 'update knowledge_unit_domains set confidence = @confidence where unit_id = @id',
};

const propose = {
  unit: `insert into knowledge_units (id, version, status, tier, domains, summary, detail, action, languages, frameworks, pattern,
                                      confidence, confirmations, first_observed, last_confirmed, created_by, created_at, updated_at)
         values (@id, 1, 'pending', 'private', @domains, @summary, @detail, @action, @languages, @frameworks, @pattern,
                 0.5, 1, @now, @now, '${actor}', @now, @now) returning id, confidence, confirmations`,
  domains: `insert into knowledge_unit_domains (unit_id, domain, status, confidence, domain_count)
            select @id, value, 'pending', 0.5, json_array_length(@domains) from json_each(@domains)`,
};

const tell = `insert into events (type, unit_id, actor, at, unit_version) values (@type, @id, '${actor}', @now, @version)`;

interface Written {
  readonly id: string;
  readonly confidence: number;
  readonly version: number;
}

/** What SQLite costs with next to nothing before it. A write is the rows that cannot be done without: unit, domains and event. */
export const floorSqlite: Contestant = {
  name: 'floor-sqlite',
  database: 'SQLite',
  over: rows,
  async serve({ place }) {
    const { openHandle } = await import('../../src/store/sqlite/connection.ts');
    const handle = openHandle(place, { mustExist: true });
    const prepared = {
      search: handle.prepare(search),
      fetch: handle.prepare(fetching),
      confirm: handle.prepare<[object], Written>(confirm.unit),
      rank: handle.prepare(confirm.domains),
      propose: handle.prepare(propose.unit),
      tag: handle.prepare(propose.domains),
      tell: handle.prepare(tell),
    };
    const write = handle.transaction((task: Task & { do: 'confirm' | 'propose' }) => {
      const now = new Date().toISOString();
      if (task.do === 'confirm') {
        const unit = prepared.confirm.get({ id: task.id, now });
        if (!unit) return [];
        prepared.rank.run(unit);
        prepared.tell.run({ type: 'confirmed', now, id: unit.id, version: unit.version });
        return [unit];
      }
      const { domains, insight, context } = task.proposal;
      const id = `ku_${randomUUID().replaceAll('-', '')}`;
      const [languages, frameworks] = [context.languages, context.frameworks].map((list) => JSON.stringify(list));
      const given = { id, now, domains: JSON.stringify(domains), languages, frameworks, pattern: context.pattern };
      const unit = prepared.propose.get({ ...given, ...insight });
      prepared.tag.run(given);
      prepared.tell.run({ type: 'proposed', now, id, version: 1 });
      return [unit];
    });
    const answer = (task: Task) => {
      if (task.do === 'search') return prepared.search.all({ domain: task.domain });
      if (task.do === 'fetch') return prepared.fetch.all({ ids: JSON.stringify(task.ids) });
      return write.immediate(task);
    };
    return await serveRows(answer, () => handle.close());
  },
};
