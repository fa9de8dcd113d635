import { type Command, InvalidArgumentError } from 'commander';
import type { Finding } from '../findings.ts';
import type { CommandContext } from './command-context.ts';

interface Options {
  readonly json?: boolean;
  readonly url?: string;
  readonly timeout: number;
}

/** Adds the command doctor, whose parts are loaded when it runs. */
export function addDoctorCommand(program: Command, context: CommandContext) {
  program
    .command('doctor')
    .description('look at all that a server needs, and say what is wrong and what to do; changes nothing')
    .option('--json', 'print the findings as JSON')
    .option('--url <url>', 'also look at the server that runs there', toServerUrl)
    .option('--timeout <seconds>', 'how long one look may take', toSeconds, 10)
    .addHelpText(
      'after',
      '\nExits with 0 where all is well, with 1 where there are warnings, with 2 where there are problems.',
    )
    .action(async ({ json = false, url, timeout }: Options) => {
      const [{ examine }, { thisMachine }, { exitCodeOf, toJson, toLines, toSummary }] = await Promise.all([
        import('./doctor/examine.ts'),
        import('./doctor/machine.ts'),
        import('./doctor/report.ts'),
      ]);
      const colour = process.stdout.isTTY === true && process.stdout.hasColors();
      const findings: Finding[] = [];
      const at = new Date();
      await examine(context, thisMachine(), { limitMs: timeout * 1000, url: url ?? null }, (finding) => {
        findings.push(finding);
        if (!json) process.stdout.write(toLines(finding, colour));
      });
      const end = json ? toJson(findings, at) : toSummary(findings);
      // what was given up may still be waiting, and would keep the process
      process.stdout.write(end, () => process.exit(exitCodeOf(findings)));
      await new Promise(() => {});
    });
}

function toSeconds(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 3600)
    throw new InvalidArgumentError('It must be a whole number of seconds from 1 to 3600.');
  return Number(text);
}

function toServerUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('It must be an http or https URL without a user, such as https://cq.example.com.');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
