import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

/** The databases whose search is scored, each opened empty. */
export const databases: readonly { readonly name: string; open(): Promise<Store> }[] = [
  { name: 'SQLite', open: () => openStore({ file: ':memory:' }, { migrate: true }) },
];
