import type { Command } from 'commander';
import { readSecrets } from '../config/secrets.ts';
import { type PepperUse, pepperUses } from '../domain/pepper-uses.ts';
import type { CommandContext } from './command-context.ts';

export function addSecretsCommands(program: Command, { config, withStoreToRead }: CommandContext) {
  const secrets = program.command('secrets').description('the secrets that tokens and API keys hang on');

  secrets
    .command('status')
    .description('how many active API keys hang on which pepper: variable, fingerprint of the pepper, keys')
    .action(() =>
      withStoreToRead(async (store) => {
        const found = await readSecrets(config());
        const uses = found ? await pepperUses(store, found) : [];
        for (const { pepper, fingerprint, keys } of uses) console.log([names[pepper], fingerprint, keys].join('\t'));
        console.error(adviceOn(uses));
      }),
    );
}

const names: Readonly<Record<PepperUse['pepper'], string>> = {
  current: 'CQ_API_KEY_PEPPER',
  previous: 'CQ_API_KEY_PEPPER_PREVIOUS',
  unknown: 'unknown',
  foreign: 'not configured',
};

function adviceOn(uses: readonly PepperUse[]): string {
  const keysOf = (which: PepperUse['pepper']) =>
    uses.filter(({ pepper }) => pepper === which).reduce((sum, { keys }) => sum + keys, 0);
  const [previous, unknown, foreign] = [keysOf('previous'), keysOf('unknown'), keysOf('foreign')];
  const sentences = [
    previous > 0 && `${previous} active keys hang on a previous pepper until they are used.`,
    unknown > 0 && `Of ${unknown} active keys it is not known yet, since they have not been used with this release.`,
    foreign > 0 && `${foreign} active keys hang on a pepper that is not configured, and are refused.`,
    previous + unknown === 0 && 'No active key needs a previous pepper.',
  ];
  return sentences.filter(Boolean).join(' ');
}
