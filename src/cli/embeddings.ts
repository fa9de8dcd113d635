import type { Command } from 'commander';
import { buildIndexes, modelStatuses, parkedJobs, retryEmbeddings } from '../domain/embeddings.ts';
import type { Store } from '../store/store.ts';
import type { CommandContext } from './command-context.ts';
import { exitCodes } from './errors.ts';

export function addEmbeddingCommands(program: Command, { withStoreToChange, withStoreToRead }: CommandContext) {
  const embeddings = program.command('embeddings').description('the vectors behind search by meaning');

  embeddings
    .command('status')
    .description('each model: provider, name, dimensions, state, units done, waiting and parked, the first error')
    .action(() =>
      withStoreToRead(async (store) => {
        console.error(
          store.vectorEngine === null
            ? `This database holds no vectors. ${store.vectorProblem}`
            : `Vectors are held by ${store.vectorEngine}.`,
        );
        for (const status of await modelStatuses(store)) {
          const { provider, name, dimensions, state, done, waiting, parked, lastError, indexProblem } = status;
          console.log([provider, name, dimensions, state, done, waiting, parked, oneLine(lastError)].join('\t'));
          if (indexProblem !== null) console.error(indexProblem);
        }
      }),
    );

  embeddings
    .command('index')
    .description('build the indexes of vectors that are missing, as the owner of the tables')
    .action(() =>
      withStoreToChange(async (store) => {
        if (await indexVectors(store)) console.log('The indexes are up to date.');
        else process.exitCode = exitCodes.failed;
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

/**
 * Builds the indexes of vectors that are missing. Answers whether all are there, and else says on standard error what keeps them
 * from it.
 */
export async function indexVectors(store: Store): Promise<boolean> {
  const problems =
    store.vectorProblem === null
      ? (await buildIndexes(store)).flatMap(({ problem }) => problem ?? [])
      : [`This database holds no vectors. ${store.vectorProblem}`];
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}

const oneLine = (text: string | null) => (text ?? '').replace(/\s+/g, ' ');
