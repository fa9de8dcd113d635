import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startSavingUsage } from '../../src/background/unit-usage.ts';
import { UnavailableError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';

it('saves the usage of units at once, and once more when stopped, and says when that fails', async () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const saves: number[] = [];
  const save = async () => {
    if (saves.push(saves.length) > 1) throw new UnavailableError(new Error('locked'));
  };
  const worker = startSavingUsage({ store: { usage: { save } } as unknown as Pick<Store, 'usage'>, log });
  await new Promise((resolve) => setImmediate(resolve));
  expect(worker.problem).toBeNull();
  await worker.stop();
  expect(saves).toHaveLength(2);
  expect(lines.at(-1)).toContain('the last answers with some units were not counted');
});
