import { step } from './step.ts';
import { lockTables } from './support/lock-tables.ts';

/**
 * Words of units that are still to be added to `search_spellings`, a row for each unit that has some. What processes of the release before
 * write, they add themselves; of what they delete, a trigger removes the words that wait.
 */
export const spellingJobs = step('0038-spelling-jobs', ({ native }) =>
  native({
    sqlite: [
      // their ids are not given out again: a job that is done must not be taken for a later one
      `create table search_spelling_jobs (id integer primary key autoincrement, document integer not null, words text not null)`,
      `create trigger search_documents_spelling_delete after delete on search_documents begin
         delete from search_spelling_jobs where document = old.id;
       end`,
    ],
    postgres: [
      // what the next step needs too
      lockTables(
        'lock table knowledge_units, unit_usage, unit_counts, search_documents, events in access exclusive mode',
      ),
      `create table search_spelling_jobs (id bigserial primary key, document integer not null, words text collate "C" not null)`,
      `create function search_documents_spelling_delete() returns trigger language plpgsql set search_path from current as $$
       begin
         delete from search_spelling_jobs where document in (select id from changed);
         return null;
       end $$`,
      `create trigger search_documents_spelling_delete after delete on search_documents
         referencing old table as changed for each statement execute function search_documents_spelling_delete()`,
    ],
  }),
);
