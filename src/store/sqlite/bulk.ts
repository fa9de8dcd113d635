import type { Bulk } from '../sql/database.ts';

/** A transaction that writes has the file to itself, takes as long as it takes, and `autoincrement` numbers on by itself. */
export const bulk: Bulk = {
  async unhurried() {},
  async claim() {},
  async numberOn() {},
  async analyze() {},
};
