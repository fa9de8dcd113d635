import { Command } from 'commander';
import { version } from '../version.ts';
import { addAdoptionCommands } from './adoption.ts';
import { addApiKeyCommands } from './api-keys.ts';
import { addCopyCommand } from './copy.ts';
import { addDataCommands } from './data.ts';
import { addEmbeddingCommands } from './embeddings.ts';
import type { Environment } from './environment.ts';
import { addQuarantineCommands } from './quarantine.ts';
import { addServerCommands } from './server.ts';
import { addUserCommands } from './users.ts';

/** Every command of `cq-server`. Throws `CommanderError` when it has said what is wrong with a command line. */
export function createProgram(environment: Environment): Command {
  const program = new Command('cq-server')
    .description('The cq server: a shared commons of knowledge units for coding agents.')
    .version(version)
    .showHelpAfterError('Run with --help to see what there is.')
    .addHelpText(
      'after',
      '\nConfiguration is read from CQ_… variables: see docs/configuration.md, or run check-config.',
    )
    .exitOverride();

  addServerCommands(program, environment);
  addUserCommands(program, environment);
  addApiKeyCommands(program, environment);
  addDataCommands(program, environment);
  addQuarantineCommands(program, environment);
  addCopyCommand(program, environment);
  addAdoptionCommands(program, environment);
  addEmbeddingCommands(program, environment);
  return program;
}
