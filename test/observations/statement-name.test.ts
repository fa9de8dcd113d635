import { expect, it } from 'vitest';
import { statementName } from '../../src/observations/statement-name.ts';

it.each([
  ['select "own"."id" from "knowledge_units" as "own" where "own"."id" in (?, ?)', 'select knowledge_units'],
  ['select `own`.* from `flags` as `own` inner join `users` as `by` on 1 = 1', 'select flags users'],
  ['insert into search_chunks (chunk) values ($1) on conflict do update set build = 1', 'insert search_chunks'],
  [
    'update near_repeats set a = 1 where id in (select id from near_repeats for update skip locked)',
    'update near_repeats',
  ],
  [
    'with gone as (select id from sessions for no key update) delete from sessions where id in (select id from gone)',
    'delete sessions',
  ],
  [
    'with recursive chain (id, place) as (select id, 0 from a union all select id from chain) select * from chain',
    'select a',
  ],
  ["select 'from users' as text, extract(epoch from clock_timestamp())", 'select'],
  ['select value from json_each(?) wanted cross join search_packs pack', 'select search_packs'],
  ['begin immediate', 'begin'],
  ['COMMIT', 'commit'],
  ['rollback to joined', 'rollback'],
  ['select 1 from (select id from units limit 1) counted', 'select units'],
])('%s', (sql, name) => {
  expect(statementName(sql)).toBe(name);
});

it('is one for lists of any length', () => {
  const names = Array.from({ length: 1100 }, (_, length) =>
    statementName(`select id from users where id in (${'?, '.repeat(length)}?)`),
  );
  expect(new Set(names)).toEqual(new Set(['select users']));
});
