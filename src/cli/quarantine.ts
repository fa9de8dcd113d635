import { createReadStream } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { allItems } from '../domain/pagination.ts';
import { admitUnit, discardQuarantined } from '../domain/quarantine.ts';
import { readText } from '../domain/text-lines.ts';
import { NotFoundError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { tabbed } from './printable.ts';

function toId(given: string): number {
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new InvalidArgumentError('It must be the number that list shows.');
  return Number(given);
}

export function addQuarantineCommands(program: Command, { withStoreToChange, withStoreToRead }: CommandContext) {
  const quarantine = program
    .command('quarantine')
    .description('rows of an adopted database that could not be understood');

  quarantine
    .command('list')
    .description('what is in quarantine: number, table, id, reason')
    .action(() =>
      withStoreToRead(async (store) => {
        const everything = allItems(store.quarantine.list, ({ id }) => ({ key: id, id }));
        for await (const { id, source, sourceId, reason } of everything)
          console.log(tabbed([id, source, sourceId, reason]));
      }),
    );

  quarantine
    .command('show')
    .argument('<number>', 'which row', toId)
    .description('print a row as JSON, to repair it')
    .action((id: number) =>
      withStoreToRead(async (store) => {
        const kept = await store.quarantine.find(id);
        if (!kept) throw new NotFoundError('row in quarantine', String(id));
        console.log(JSON.stringify(JSON.parse(kept.content), null, 2));
      }),
    );

  quarantine
    .command('admit')
    .argument('<number>', 'which row', toId)
    .argument('[file]', 'the repaired row or unit as JSON, - for standard input; the row as it is when absent')
    .description('make a unit of a row, and take it out of quarantine')
    .action((id: number, file: string | undefined) =>
      withStoreToChange(async (store, { trust }) => {
        const repaired =
          file === undefined ? null : await readText(file === '-' ? process.stdin : createReadStream(file));
        const unit = await admitUnit(store, id, repaired, { secretScan: trust.secretScan });
        console.log(`${unit.id} is a unit now, ${unit.status}.`);
      }),
    );

  quarantine
    .command('discard')
    .argument('<number>', 'which row', toId)
    .description('delete a row from quarantine for good')
    .action((id: number) =>
      withStoreToChange(async (store) => {
        const { source, sourceId } = await discardQuarantined(store, id);
        console.log(tabbed([id, source, sourceId, 'discarded']));
      }),
    );
}
