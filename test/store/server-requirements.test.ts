import { expect, it } from 'vitest';
import { serverProblem } from '../../src/store/postgres/server-requirements.ts';

it.for([
  [150_000, 'UTF8', null],
  [180_001, 'UTF8', null],
  [140_019, 'UTF8', /is on PostgreSQL 14\.19, which is older than 15/],
  [90_624, 'SQL_ASCII', /older than 15/],
  [170_000, 'SQL_ASCII', /has the encoding SQL_ASCII/],
  [170_000, 'LATIN1', /has the encoding LATIN1/],
  [Number.NaN, 'UTF8', /older than 15/],
] as const)('a server of version %d with a database in %s', ([versionNumber, encoding, problem]) => {
  const found = serverProblem({ versionNumber, version: '14.19', encoding });
  if (problem === null) expect(found).toBeNull();
  else expect(found).toMatch(problem);
});
