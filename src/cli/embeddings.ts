import type { Command } from 'commander';
import { modelStatuses, parkedJobs, retryEmbeddings } from '../domain/embeddings.ts';
import type { CommandContext } from './command-context.ts';

export function addEmbeddingCommands(program: Command, { withStoreToChange, withStoreToRead }: CommandContext) {
  const embeddings = program.command('embeddings').description('the vectors behind search by meaning');

  embeddings
    .command('status')
    .description('each model: provider, name, dimensions, state, units done, waiting and parked, the first error')
    .action(() =>
      withStoreToRead(async (store) => {
        console.error(
          store.vectorEngine === null
            ? 'This database holds no vectors.'
            : `Vectors are held by ${store.vectorEngine}.`,
        );
        for (const { provider, name, dimensions, state, done, waiting, parked, lastError } of await modelStatuses(
          store,
        ))
          console.log([provider, name, dimensions, state, done, waiting, parked, oneLine(lastError)].join('\t'));
      }),
    );

  embeddings
    .command('parked')
    .description('units that could not be embedded: id, model, attempts, error')
    .action(() =>
      withStoreToRead(async (store) => {
        for await (const { unitId, model, attempts, lastError } of parkedJobs(store))
          console.log([unitId, model.name, attempts, oneLine(lastError)].join('\t'));
      }),
    );

  embeddings
    .command('retry')
    .argument('[unit]', 'the id of one unit; all that are parked when absent')
    .description('have parked units tried again, by the servers that run')
    .action((unitId: string | undefined) =>
      withStoreToChange(async (store) => {
        const count = await retryEmbeddings(store, unitId ?? null);
        console.log(`${count} ${count === 1 ? 'unit is' : 'units are'} tried again.`);
      }),
    );
}

const oneLine = (text: string | null) => (text ?? '').replace(/\s+/g, ' ');
