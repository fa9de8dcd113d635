/** Entry point of `cq-server` and composition root of its commands: gives them a `CommandContext`, and reports their errors. */

import { CommanderError } from 'commander';
import { exitOnClosedOutput } from './cli/closed-output.ts';
import { describeError, exitCodes } from './cli/errors.ts';
import { createProgram } from './cli/program.ts';
import { createCommandContext } from './command-context.ts';

exitOnClosedOutput();

try {
  await createProgram(createCommandContext(process.env, console.error)).parseAsync();
} catch (error) {
  // commander has already printed a usage error
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else {
    const { code, message } = describeError(error);
    console.error(`cq-server: ${message}`);
    process.exitCode = code;
  }
}
