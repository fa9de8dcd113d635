import { GraphQLError, type GraphQLScalarType, parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DateScalar, DateTime } from '../../src/graphql/scalars.ts';

/** What counts as an instant and as a day, as a variable and as a literal. */
const asVariable = (scalar: GraphQLScalarType, value: unknown) => scalar.parseValue(value);
const asLiteral = (scalar: GraphQLScalarType, value: unknown) =>
  scalar.parseLiteral(parseValue(JSON.stringify(value)), {});

for (const [way, read] of Object.entries({ 'a variable': asVariable, 'a literal': asLiteral })) {
  describe(`an instant in ${way}`, () => {
    it.for([
      ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
      ['2026-01-31T09:30:00.1234567Z', '2026-01-31T09:30:00.123Z'],
      ['2026-01-31T09:30:00+02:00', '2026-01-31T07:30:00.000Z'],
      ['2026-01-31t09:30:00z', '2026-01-31T09:30:00.000Z'],
      ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ])('is read from %s', ([text, instant]) => {
      expect((read(DateTime, text) as Date).toISOString()).toBe(instant);
    });

    it.for([
      '2026-01-31',
      '2026-01-31T09:30Z',
      '2026-01-31T09:30:00',
      '2026-01-31 09:30:00Z',
      '2026-13-01T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '2025-02-29T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-01-31T24:00:00Z',
      '2026-01-31T25:00:00Z',
      '2026-01-31T09:60:00Z',
      '2026-01-31T09:30:00+99:99',
      '0000-12-31T23:59:59.999Z',
      '0001-01-01T00:00:00+01:00',
      '9999-12-31T23:59:59-01:00',
      '+002026-01-31T00:00:00Z',
      '٢٠٢٦-01-31T00:00:00Z',
      '',
      'now',
      1_767_225_600_000,
      true,
      null,
      ['2026-01-31T09:30:00Z'],
    ])('is not read from %j', (value) => {
      expect(() => read(DateTime, value)).toThrow(GraphQLError);
    });
  });

  describe(`a day in ${way}`, () => {
    it.for(['1970-01-01', '2024-02-29', '2999-12-31'])('is read from %s', (day) => {
      expect(read(DateScalar, day)).toBe(day);
    });

    it.for([
      '1969-12-31',
      '3000-01-01',
      '2025-02-29',
      '2026-1-1',
      '2026-01-31T00:00:00Z',
      '31.01.2026',
      '',
      20_260_131,
      null,
      {},
    ])('is not read from %j', (value) => {
      expect(() => read(DateScalar, value)).toThrow(GraphQLError);
    });
  });
}
