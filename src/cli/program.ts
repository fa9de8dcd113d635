import { Command } from 'commander';
import { version } from '../version.ts';
import { addAdoptionCommands } from './adoption.ts';
import { addApiKeyCommands } from './api-keys.ts';
import { addAuditCommand } from './audit.ts';
import { addBackupCommand } from './backups.ts';
import type { CommandContext } from './command-context.ts';
import { addConnectCommand } from './connect.ts';
import { addCopyCommand } from './copy.ts';
import { addDataCommands } from './data.ts';
import { addDoctorCommand } from './doctor.ts';
import { addEmbeddingCommands } from './embeddings.ts';
import { addInvitationCommands } from './invitations.ts';
import { addOperationsCommand } from './operations.ts';
import { addQuarantineCommands } from './quarantine.ts';
import { addSecretsCommands } from './secrets.ts';
import { addServerCommands } from './server.ts';
import { addSessionCommands } from './sessions.ts';
import { addUnitCommands } from './units.ts';
import { addUserCommands } from './users.ts';
import { addWebhookCommands } from './webhooks.ts';

/** The command line parser with all commands. On a usage error commander prints it, then throws `CommanderError`. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('cq-server')
    .description('The cq server: a shared commons of knowledge units for coding agents.')
    .version(version)
    .showHelpAfterError('Run with --help to see what there is.')
    .option('--config <file>', 'read variables from a YAML file; those of the environment go before them (CQ_CONFIG)')
    .addHelpText(
      'after',
      '\nConfiguration is read from CQ_… variables: see docs/configuration.md, or run check-config.',
    )
    .hook('preAction', (_program, action) => {
      const { config } = action.optsWithGlobals<{ config?: string }>();
      // connect needs no configuration of a server, so that a file which cannot be read is not in its way
      return action.name() === 'connect' && config === undefined ? undefined : context.useConfigFile(config);
    })
    .exitOverride();

  addServerCommands(program, context);
  addDoctorCommand(program, context);
  const user = addUserCommands(program, context);
  addSessionCommands(user, context);
  addInvitationCommands(user, context);
  addApiKeyCommands(program, context);
  addDataCommands(program, context);
  addBackupCommand(program, context);
  addUnitCommands(program, context);
  addQuarantineCommands(program, context);
  addCopyCommand(program, context);
  addAdoptionCommands(program, context);
  addEmbeddingCommands(program, context);
  addAuditCommand(program, context);
  addSecretsCommands(program, context);
  addWebhookCommands(program, context);
  addConnectCommand(program, context);
  addOperationsCommand(program);
  return program;
}
