import { expect, it } from 'vitest';
import { mapInTurns } from '../src/turns.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Maps `count` numbers; answers how many were done whenever another callback had its turn. */
async function doneBetween(count: number): Promise<number[]> {
  const seen: number[] = [];
  let done = 0;
  const mapped = mapInTurns(numbers(count), (number) => {
    done++;
    return -number;
  });
  const other = () => {
    seen.push(done);
    if (done < count) setImmediate(other);
  };
  setImmediate(other);
  expect(await mapped).toEqual(numbers(count).map((number) => -number));
  return seen;
}

it('a long list is mapped in several turns of the event loop, a short one at once', async () => {
  const between = (await doneBetween(1000)).filter((done) => done > 0 && done < 1000);
  expect(new Set(between)).toEqual(new Set([200, 400, 600, 800]));
  let done = 0;
  void mapInTurns(numbers(200), () => done++);
  expect(done).toBe(200);
  expect(await mapInTurns([], () => 1)).toEqual([]);
});
