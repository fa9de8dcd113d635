import { raw } from '@mikro-orm/core';
import { describe, expect, it } from 'vitest';
import { Parameter, Template } from '../../src/store/sql/statement-template.ts';

const numbered = (n: number) => `$${n}`;

const template = (sql: string, ...params: unknown[]) => new Template({ sql, params }, numbered);
const given = (name: string) => new Parameter(name);

describe('the text of a statement', () => {
  it('binds what is given and what is always the same', () => {
    const one = template('select * from t where a = ? and b = ? and c = ?', given('a'), 'same', given('a'));
    expect(one.bind({ a: "'; drop table t; --" })).toEqual({
      sql: 'select * from t where a = $1 and b = $2 and c = $3',
      parameters: ["'; drop table t; --", 'same', "'; drop table t; --"],
    });
    expect(one.bind({ a: 2 }).sql).toBe(one.bind({ a: 'x' }).sql);
  });

  it('holds instants as ISO text and lists as JSON', () => {
    const { parameters } = template('insert into t values (?, ?)', given('at'), given('list')).bind({
      at: new Date('2026-03-01T12:00:00.123Z'),
      list: ['b', 'a"'],
    });
    expect(parameters).toEqual(['2026-03-01T12:00:00.123Z', '["b","a\\""]']);
  });

  it('takes fragments and subqueries in', () => {
    const sub = { toQuery: () => ({ sql: 'select x from u where y = ? limit ?', params: [given('y'), 3] }) };
    const one = template('a = ? and b in (?) and c = ?', raw('z + ?', [given('z')]), sub, given('c'));
    expect(one.bind({ y: 'y', z: 'z', c: 'c' })).toEqual({
      sql: 'a = z + $1 and b in (select x from u where y = $2 limit 3) and c = $3',
      parameters: ['z', 'y', 'c'],
    });
  });

  it('writes limits out, of whole numbers only', () => {
    const one = template('select 1 limit ? offset ?', given('limit'), given('skip'));
    expect(one.bind({ limit: 20, skip: 5 })).toEqual({ sql: 'select 1 limit 20 offset $1', parameters: [5] });
    for (const limit of [-1, 1.5, Number.NaN, 2 ** 53, '1', '1; drop table t', null, undefined])
      expect(() => one.bind({ limit, skip: 0 })).toThrow('A limit must be a whole number');
  });

  it('differs by few lengths of a list', () => {
    const one = template('select * from t where a in ? and b = ?', given('list'), given('b'));
    expect(one.bind({ list: ['x', 'y', 'z'], b: 1 })).toEqual({
      sql: 'select * from t where a in ($1, $2, $3, $4) and b = $5',
      parameters: ['x', 'y', 'z', 'z', 1],
    });
    expect(one.bind({ list: [], b: 1 })).toEqual({
      sql: 'select * from t where a in (null) and b = $1',
      parameters: [1],
    });
    const lists = Array.from({ length: 1000 }, (_, length) => Array.from({ length }, (_, at) => at));
    expect(new Set(lists.map((list) => one.bind({ list, b: 1 }).sql)).size).toBe(12);
    // as many as PostgreSQL takes
    expect(one.bind({ list: Array(65_534).fill('x'), b: 1 }).parameters).toHaveLength(65_535);
  });

  it('has a row of values for each of many', () => {
    const one = template('insert into t ("a", "b") values (?, ?) returning *', given('a'), given('b'));
    const rows = [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ];
    expect(one.bindRows(rows)).toEqual({
      sql: 'insert into t ("a", "b") values ($1, $2), ($3, $4) returning *',
      parameters: [1, 2, 3, 4],
    });
    expect(() => template('select ?', given('a')).bindRows(rows)).toThrow('not an insert of one row');
    expect(() => template('insert into t values (?) on conflict do update set a = ?', 1, 2).bindRows(rows)).toThrow(
      'not an insert of one row',
    );
  });

  it('can stand in other SQL', () => {
    const one = template('select * from t where a in ? and b = ? limit ?', given('list'), given('b'), given('limit'));
    expect(one.split({ list: ['x', 'y', 'z'], b: 1, limit: 7 })).toEqual({
      pieces: ['select * from t where a in (', ', ', ', ', ', ', ') and b = ', ' limit 7'],
      parameters: ['x', 'y', 'z', 'z', 1],
    });
  });

  it('needs a value for each place', () => {
    expect(() => template('select ?, ?', 1)).toThrow('The number of placeholders differs from the 1 values');
  });
});
