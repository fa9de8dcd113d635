import { setImmediate as nextTurn } from 'node:timers/promises';

/** How many items are mapped in one turn of the event loop. */
const perTurn = 200;

/**
 * Maps items; where there are more, each batch in a turn of the event loop of its own, so that other requests go on meanwhile. `make`
 * may then be called in a later turn.
 */
export async function mapInTurns<Item, Made>(items: readonly Item[], make: (item: Item) => Made): Promise<Made[]> {
  const made: Made[] = [];
  for (let start = 0; start < items.length; start += perTurn) {
    // also before the first, since what made the items has taken of this turn
    if (items.length > perTurn) await nextTurn();
    for (const item of items.slice(start, start + perTurn)) made.push(make(item));
  }
  return made;
}
