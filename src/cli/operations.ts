import { type Command, InvalidArgumentError } from 'commander';
import { variables } from '../config/variables.ts';
import { exitCodes } from './errors.ts';
import { printable } from './printable.ts';

interface Options {
  readonly schema?: string;
  readonly url?: string;
  readonly maxCost: number;
  readonly ignoreDefaults?: boolean;
  readonly failOnDeprecated?: boolean;
  readonly json?: boolean;
  readonly github?: boolean;
}

/** Adds the command check-operations, which needs no configuration, no database and no secrets, and creates nothing. */
export function addOperationsCommand(program: Command) {
  program
    .command('check-operations <pattern...>')
    .description("check a client's operations against the schema, the limits and the costs of this server")
    .addHelpText(
      'after',
      "\nPatterns are those of files with GraphQL, or programs with gql`…` or graphql(`…`): 'src/**/*.ts'. One that begins with ! leaves out.",
    )
    .option('--schema <file>', 'check against the SDL, or the introspection as JSON, in a file')
    .option('--url <url>', 'check against the schema of a running server')
    .option(
      '--max-cost <points>',
      'CQ_MAX_QUERY_COST of the server',
      pointsOf,
      variables.CQ_MAX_QUERY_COST.parse(undefined),
    )
    .option('--ignore-defaults', 'reckon with the greatest page size also in variables that have a default')
    .option('--fail-on-deprecated', 'refuse what is deprecated, of which there are only warnings else')
    .option('--json', 'print findings and operations as JSON')
    .option('--github', 'print findings as annotations for GitHub Actions')
    .action(async (patterns: string[], options: Options, command: Command) => {
      for (const [one, other] of [
        ['schema', 'url'],
        ['json', 'github'],
      ] as const)
        if (options[one] !== undefined && options[other] !== undefined)
          command.error(`error: --${one} and --${other} do not go together`, { exitCode: exitCodes.usage });
      process.exitCode = await check(patterns, options);
    });
}

async function check(patterns: readonly string[], options: Options): Promise<number> {
  const { filesOf, readSources } = await import('../operations/source-files.ts');
  const files = filesOf(patterns);
  const [{ ownSchema, schemaOfFile, schemaOfServer }, { checkOperations }, { asAnnotations, asText }] =
    await Promise.all([
      import('../operations/schema-source.ts'),
      import('../operations/check.ts'),
      import('../operations/report.ts'),
    ]);
  const { schema: file, url, maxCost, ignoreDefaults = false, failOnDeprecated = false } = options;
  const schema = file !== undefined ? schemaOfFile(file) : url !== undefined ? await schemaOfServer(url) : ownSchema();
  const { sources, problems } = readSources(files);
  const checked = checkOperations(sources, { ...schema, maxCost, ignoreDefaults });
  const unread = problems.map((problem) => ({ ...problem, severity: 'error' as const, rule: 'syntax' as const }));
  const raised = checked.findings.map((finding) =>
    failOnDeprecated && finding.rule === 'deprecated' ? { ...finding, severity: 'error' as const } : finding,
  );
  const report = { ...checked, findings: [...unread, ...raised] };
  if (options.json) console.log(JSON.stringify({ files: files.length, maxCost, ...report }, null, 2));
  else {
    if (options.github) for (const line of asAnnotations(report.findings)) console.log(printable(line));
    for (const line of asText(report, files.length, maxCost).split('\n')) console.log(printable(line));
  }
  return report.findings.some(({ severity }) => severity === 'error') ? exitCodes.refused : 0;
}

function pointsOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a whole number of points.');
  return Number(text);
}
