import { step } from './step.ts';

/**
 * Full text, over tokens that the application makes: the databases store and match them and analyse nothing. Documents
 * have numbers of their own, since SQLite's index wants them and they keep the postings of `0006-postings` narrow.
 */
export const words = step('0004-words', ({ native }) =>
  native({
    sqlite: [
      `create table search_documents (id integer primary key, unit_id text not null unique
         references knowledge_units (id) on delete cascade)`,
      `create virtual table search_words using fts5(summary, body, content='', contentless_delete=1,
         tokenize="unicode61 remove_diacritics 0 tokenchars '_' categories 'L* N* M* Co'")`,
      // a unit that goes takes its words along
      `create trigger search_documents_delete after delete on search_documents
         begin delete from search_words where rowid = old.id; end`,
    ],
    postgres: [
      `create table search_documents (id serial not null primary key, unit_id text collate "C" not null unique
         references knowledge_units (id) on delete cascade, words tsvector not null)`,
      `create index search_documents_words on search_documents using gin (words)`,
    ],
  }),
);
