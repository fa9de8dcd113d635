import { expect, it } from 'vitest';
import { findSecrets } from '../../src/domain/secret-scan.ts';
import type { UnitContent } from '../../src/store/store.ts';

const content = (detail: string): UnitContent => ({
  domains: ['api'],
  insight: { summary: 'A lesson', detail, action: 'What to do.' },
  context: { languages: [], frameworks: [], pattern: '' },
  extensions: null,
});

const prefixes = (count: number) => 'ghs_1 '.repeat(count);

it('beginnings of a key that secretlint is slow to look at are no credentials, up to 50 of them', async () => {
  expect(await findSecrets(content(prefixes(50)))).toEqual([]);
});

it('with more of them the whole content counts as one credential', async () => {
  const found = await findSecrets(content(prefixes(51)));
  expect(found).toContainEqual({ path: ['insight', 'detail'], kind: 'github', start: 0, end: 6 * 51 });
  expect(found.map(({ path }) => path.join('.'))).toContain('insight.summary');
});
