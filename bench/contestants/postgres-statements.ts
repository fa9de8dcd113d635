import { randomUUID } from 'node:crypto';
import { type Proposal, pageSize } from '../tasks.ts';
import { actor, mostDomains } from './floor.ts';

/** PostgreSQL's statements of the tasks, each of which is one, answering these columns of a unit. */

/** $1: a domain. */
export const search = (columns: string) => `
  select ${columns} from (
    select best.* from generate_series(1, ${mostDomains}) as sizes(size) cross join lateral (
      select unit_id, 0.55::float8 * (1::float8 / domain_count) * confidence as score from knowledge_unit_domains
       where domain = $1 and status = 'approved' and domain_count = size
       order by confidence desc, unit_id desc limit ${pageSize}) as best
     order by score desc, unit_id desc limit ${pageSize}) as found
    join knowledge_units as u on u.id = unit_id
   order by score desc, unit_id desc`;

/** $1: ids. */
export const fetching = (columns: string) => `
  select ${columns} from unnest($1::text[]) with ordinality as asked(id, place)
    join knowledge_units as u on u.id = asked.id
   order by place`;

/** $1: an id. */
export const confirm = (columns: string) => `
  with confirmed as (
    update knowledge_units
       set confidence = least(1, confidence + 0.1), confirmations = confirmations + 1, last_confirmed = now(), updated_at = now()
     where id = $1 and status = 'approved' returning *),
  ranked as (
    update knowledge_unit_domains set confidence = confirmed.confidence from confirmed where unit_id = confirmed.id),
  told as (
    insert into events (type, unit_id, actor, at, unit_version)
    select 'confirmed', id, '${actor}', now(), version from confirmed)
  select ${columns} from confirmed as u`;

/** $1 to $8: `proposed`. */
export const propose = (columns: string) => `
  with proposed as (
    insert into knowledge_units (id, version, status, tier, domains, summary, detail, action, languages, frameworks, pattern,
                                 confidence, confirmations, first_observed, last_confirmed, created_by, created_at, updated_at)
    values ($1, 1, 'pending', 'private', $2, $3, $4, $5, $6, $7, $8, 0.5, 1, now(), now(), '${actor}', now(), now()) returning *),
  tagged as (
    insert into knowledge_unit_domains (unit_id, domain, status, confidence, domain_count)
    select $1, domain, 'pending', 0.5, json_array_length($2::json) from json_array_elements_text($2::json) as tags(domain)),
  told as (
    insert into events (type, unit_id, actor, at, unit_version) values ('proposed', $1, '${actor}', now(), 1))
  select ${columns} from proposed as u`;

/** The values of `propose`, by the names of columns, lists as JSON. */
export function proposed({ domains, insight, context }: Proposal) {
  const { summary, detail, action } = insight;
  return {
    id: `ku_${randomUUID().replaceAll('-', '')}`,
    domains: JSON.stringify(domains),
    ...{ summary, detail, action },
    languages: JSON.stringify(context.languages),
    frameworks: JSON.stringify(context.frameworks),
    pattern: context.pattern,
  };
}
