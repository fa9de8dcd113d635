import type { Command } from 'commander';
import type { KeptAdoption } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';

export function addAdoptionCommands(program: Command, { withAdoption }: CommandContext) {
  const adoption = program
    .command('adoption')
    .description('the copy that is kept of an adopted database of the Python server, and the way back to it');

  adoption
    .command('status')
    .description('what is kept, since when, and what going back would lose')
    .action(() =>
      withAdoption(async ({ status }) => {
        const kept = await status();
        console.log(kept ? describe(kept) : 'Nothing is kept of a database of the Python server.');
      }),
    );

  adoption
    .command('undo')
    .description('put the database back as the Python server left it; stop every server on it first')
    .option('--drop-changes', 'also when callers have written since: all of that is lost')
    .action(({ dropChanges = false }: { dropChanges?: boolean }) =>
      withAdoption(async ({ undo }) => {
        const { place, written } = await undo({ dropChanges });
        console.log(`The database is the Python server's again, as it was kept in ${place}.`);
        if (written.length > 0) console.log(`Lost is what was written since: ${written.join('; ')}.`);
      }),
    );

  adoption
    .command('discard')
    .description('remove what is kept: after that there is no way back')
    .action(() => withAdoption(async ({ discard }) => console.log(`What was kept in ${await discard()} is removed.`)));
}

function describe({ at, place, written }: KeptAdoption): string {
  const undo =
    written.length === 0
      ? 'No caller has written since: "cq-server adoption undo" loses nothing.'
      : `Callers have written since: ${written.join('; ')}. "cq-server adoption undo --drop-changes" loses that.`;
  return `Adopted at ${at.toISOString()}; the database as it was is kept in ${place}.\n${undo}`;
}
