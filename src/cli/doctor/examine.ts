import type { Report } from '../../findings.ts';
import type { EmbeddingModel } from '../../store/store.ts';
import type { CommandContext } from '../command-context.ts';
import { examineConfiguration, examineFiles, examineSecrets, examineTrustedDocuments } from './configuration.ts';
import { examineContents } from './contents.ts';
import { examineDatabase } from './database.ts';
import { examineEmbedding } from './embedding.ts';
import { look } from './look.ts';
import type { Machine } from './machine.ts';
import { examineDisk, examineMemory, examineNode } from './resources.ts';
import { examineMetrics, examinePort, examineServer } from './server.ts';

export interface ExamineOptions {
  /** How long one look may take, in milliseconds. */
  readonly limitMs: number;
  /** The URL of a server that runs; null to look at the configured port only. */
  readonly url: string | null;
}

/** Looks at everything that a server needs, one after the other, and reports each finding at once. Changes nothing. */
export async function examine(
  context: CommandContext,
  machine: Machine,
  { limitMs, url }: ExamineOptions,
  report: Report,
): Promise<void> {
  const late = 'Give it longer: --timeout 60';
  const looked = <T>(check: string, work: (report: Report) => Promise<T>, limit = limitMs) =>
    look({ check, limitMs: limit, late }, report, work);

  report(examineNode(machine));
  const config = examineConfiguration(context, report);
  let running: string | null = null;
  if (config) {
    const isUsable = await looked('database.file', async (told) => examineFiles(config, told));
    await looked('trusted-documents', (told) => examineTrustedDocuments(config, told));
    const { database, embedding } = config;
    const inMemory = database.engine === 'sqlite' && database.file === ':memory:';
    let models: readonly EmbeddingModel[] | null = null;
    if (isUsable && !inMemory) {
      const secrets = await looked('secrets', (told) => examineSecrets(config, told));
      const state = await examineDatabase(config, context, { limitMs, now: machine.now }, report);
      if (state?.kind === 'current')
        await looked('database', (told) =>
          context.withStoreToRead(async (store) => {
            if (embedding && store.vectorEngine !== null) models = await store.embeddings.models();
            await examineContents(store, config, secrets, told);
          }),
        );
    }
    if (embedding)
      await looked(
        'embedding.service',
        (told) => examineEmbedding(embedding, models, context, limitMs, told),
        limitMs + 1000,
      );
    if (isUsable) await looked('disk', async (told) => examineDisk(config, machine).forEach(told));
    for (const finding of examineMemory(config, machine)) report(finding);
    running = await looked('port', (told) => examinePort(config, limitMs, told), limitMs + 1000);
    await looked('metrics', (told) => examineMetrics(config, running, limitMs, told), limitMs + 1000);
  }
  const server = url ?? running;
  if (server !== null) await looked('server', (told) => examineServer(server, machine, limitMs, told), 4 * limitMs);
}
