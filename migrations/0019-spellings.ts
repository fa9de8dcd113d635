import { step } from './step.ts';

/**
 * The words of all units, under keys by which a misspelt word finds those like it. Empty at first: the units are indexed again in the
 * background, by version 2 of the analyser, and bring their words along.
 *
 * On PostgreSQL two proposals may add one word at once, and neither waits for the other: nothing is unique there.
 */
export const spellings = step('0019-spellings', ({ native }) =>
  native({
    sqlite: [
      `create table search_spellings (key integer not null, word text not null, primary key (key, word)) without rowid`,
    ],
    postgres: [
      `create table search_spellings (key integer not null, word text collate "C" not null)`,
      `create index search_spellings_key on search_spellings (key, word)`,
    ],
  }),
);
