import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const source = new URL('../../src/', import.meta.url);

/** What decides by instants that other processes have written, or writes such. */
const layers = '{domain,graphql,rest,mcp,embedding,store/sql}/**/*.ts';

/** Where this machine's clock will do, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'domain/cost-limit.ts': 'a default for tests: the server passes the clock of its store',
  'domain/ids.ts': 'in what order one process has made ids',
  'store/sql/schema/adoption-record.ts': 'when a database was adopted, which is only shown',
};

it('no layer asks this machine for the time where the clock of the database counts', () => {
  const asking = globSync(layers, { cwd: source }).filter((file) =>
    /\bDate\.now\b|\bnew Date\(\)/.test(readFileSync(new URL(file, source), 'utf8')),
  );
  expect(asking.toSorted()).toEqual(Object.keys(exceptions).toSorted());
});
