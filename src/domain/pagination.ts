import type { Page, PageRequest } from '../store/store.ts';

type List<T, At> = (request: PageRequest<At>) => Promise<Page<T>>;

/** Reads a list to its end by keyset pagination, `limit` items at a time; `positionOf` returns the key of an item. */
export async function* allPages<T, At>(
  list: List<T, At>,
  positionOf: (item: T) => At,
  { from, limit = 100 }: { from?: At; limit?: number } = {},
): AsyncGenerator<readonly T[]> {
  let position = from;
  for (;;) {
    const { items, hasMore } = await list({ limit, from: position });
    yield items;
    const last = items.at(-1);
    if (!hasMore || last === undefined) return;
    position = positionOf(last);
  }
}

/** Like `allPages`, item by item. */
export async function* allItems<T, At>(list: List<T, At>, positionOf: (item: T) => At): AsyncGenerator<T> {
  for await (const items of allPages(list, positionOf)) yield* items;
}
