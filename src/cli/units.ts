import type { Command } from 'commander';
import { operator } from '../domain/audit.ts';
import { eraseUnit, finishErasures } from '../domain/erasure.ts';
import { allItems } from '../domain/pagination.ts';
import type { PageRequest, Position, Store } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { byErasure, describeErasure, warnOfBackups } from './erasures.ts';

export function addUnitCommands(program: Command, { withStoreToChange, withStoreToRead }: CommandContext) {
  const unit = program.command('unit').description('single knowledge units');

  unit
    .command('erase <id>')
    .description('erase a unit for good, with everything that the database has of it')
    .requiredOption('--reason <text>', 'why; kept, so do not repeat what the unit says')
    .action((id: string, { reason }: { reason: string }) =>
      withStoreToChange(async (store) => {
        const { erasure, backups } = await eraseUnit(store, operator, { id, reason });
        warnOfBackups(backups);
        await finishErasures(store, false);
        console.log(describeErasure((await store.erasures.find(id)) ?? erasure));
      }),
    );

  unit
    .command('erasures')
    .description('what was erased: id, when, whether anything is left in the files of the database, why')
    .option('--finish', 'clean the files now, whatever their size; on SQLite others cannot write meanwhile')
    .action(({ finish }: { finish?: boolean }) =>
      finish
        ? withStoreToChange(async (store) => {
            const tried = await finishErasures(store, true);
            for (const erasure of tried) console.log(describeErasure(erasure));
            const ids = new Set(tried.map(({ id }) => id));
            for await (const erasure of allOf(store))
              if (erasure.doneAt === null && !ids.has(erasure.id)) console.log(describeErasure(erasure, others));
          })
        : withStoreToRead(async (store) => {
            for await (const erasure of allOf(store)) console.log(describeErasure(erasure));
          }),
    );
}

const others =
  'Another process works on it, or has died in the midst of that: it is tried again a minute after that one has died.';

const allOf = (store: Store) => allItems((page: PageRequest<Position<Date>>) => store.erasures.list(page), byErasure);
