import { expect, it } from 'vitest';
import { has, lacks, unless } from '../left-out.ts';

it('needs no database', () => {
  expect(has('no such program')).toBe(false);
});
it('needs a program', unless(!has('no such program'), lacks.curl), () => {});
