import { describe, expect, it } from 'vitest';
import { featuresOf, type PgvectorFacts, pgvectorProblem } from '../../src/store/postgres/pgvector.ts';

it.for([
  ['0.4.4', null],
  ['0.5.0', { indexedType: 'vector', maxIndexedDimensions: 2000 }],
  ['0.5.1', { indexedType: 'vector', maxIndexedDimensions: 2000 }],
  ['0.6.2', { indexedType: 'vector', maxIndexedDimensions: 2000 }],
  ['0.7.0', { indexedType: 'halfvec', maxIndexedDimensions: 4000 }],
  ['0.8.0', { indexedType: 'halfvec', maxIndexedDimensions: 4000 }],
  ['0.10.1', { indexedType: 'halfvec', maxIndexedDimensions: 4000 }],
  ['1.0', { indexedType: 'halfvec', maxIndexedDimensions: 4000 }],
] as const)('pgvector %s can do what it can', ([version, features]) => {
  expect(featuresOf(version)).toEqual(features);
});

describe('what keeps pgvector from being used', () => {
  const usable: PgvectorFacts = {
    role: 'app',
    available: '0.8.0',
    mayCreate: false,
    version: '0.8.0',
    schema: 'extensions',
    maySeeSchema: true,
    hasTable: true,
    lackingRights: [],
  };
  const absent = { version: null, schema: null, maySeeSchema: false, hasTable: false };

  it.for<[Partial<PgvectorFacts>, RegExp | null]>([
    [{}, null],
    [{ version: '0.5.0' }, null],
    [{ available: null }, /the server has it no more: install it there again/],
    [{ ...absent, available: null }, /server has no pgvector: install it there/],
    [
      { ...absent },
      /pgvector 0\.8\.0 is on the server.*role app may not create it: let a superuser run "create extension vector"/,
    ],
    [{ ...absent, mayCreate: true }, /not yet in this database: run "cq-server migrate"\.$/],
    [{ version: '0.4.4' }, /0\.4\.4 is older than 0\.5: .*"alter extension vector update"/],
    [{ maySeeSchema: false }, /grant usage on schema extensions to app/],
    [{ maySeeSchema: false, schema: 'my own', role: 'App' }, /grant usage on schema "my own" to "App"\.$/],
    [{ hasTable: false }, /table search_vectors is missing: run "cq-server migrate" as the owner/],
    [{ lackingRights: ['insert', 'delete'] }, /grant insert, delete on search_vectors to app/],
  ])('%o', ([changes, problem]) => {
    const found = pgvectorProblem({ ...usable, ...changes });
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });
});
