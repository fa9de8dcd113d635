// Puts small faults into copies of the sources, one at a time, and says which of them no test notices.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { tryMutants } from './mutants/campaign.ts';
import { measureCoverage } from './mutants/coverage.ts';
import { isSame, readEquivalents } from './mutants/equivalent.ts';
import { line, markdown, percent, shareNoticed, stale } from './mutants/report.ts';
import { shuffle } from './mutants/sample.ts';
import { changedFiles, mutantsOf, sourceFiles } from './mutants/sources.ts';

const command = new Command('npm run test:mutants --')
  .description('Puts small faults into copies of the sources, one at a time, and says which of them no test notices.')
  .argument('[files...]', 'where to put them; without, the files that differ from --base')
  .option('--base <revision>', 'takes the files that differ from where this branch left it', 'origin/main')
  .option('--all', 'takes every file of src/, schema/ and migrations/')
  .option('--sample <number>', 'how many faults', number, 200)
  .option('--seed <text>', 'decides which', '1')
  .option('--minutes <number>', 'ends after this time, whatever is left', number, 110)
  .option('--mutant-seconds <number>', 'gives up one fault after this time, as not noticed', number, 300)
  .option('--slots <number>', 'how many at once', number, availableParallelism())
  .option('--at-least <percent>', 'fails when fewer are noticed', number, 0)
  .option('--tests <expression>', 'asks only the test files whose path matches', expression)
  .option('--report <file>', 'writes what it prints at the end, as Markdown')
  .parse();
const options = command.opts();
const project = process.cwd();

const files =
  command.args.length > 0 ? command.args : options.all ? sourceFiles(project) : changedFiles(project, options.base);
const found = mutantsOf(project, files);
const equivalents = readEquivalents(project);
const outdated = stale(
  equivalents.filter(({ file }) => files.includes(file)),
  found,
);
for (const { file, before } of outdated)
  console.log(`equivalent.json names a place that is no more: ${file}: ${before}`);
const mutants = shuffle(found, options.seed).filter((mutant) => !equivalents.some((each) => isSame(each, mutant)));
console.log(`${mutants.length} places in ${files.length} files; seed ${options.seed}.`);

const folder = mkdtempSync(join(tmpdir(), 'cq-mutants-'));
// PostgreSQL's programs run as a user of their own where the tests run as root, and must get in
chmodSync(folder, 0o755);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const ended = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ended.abort());
const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(options.minutes * 60_000)]);

try {
  if (mutants.length > 0) await report();
} catch (error) {
  if (!signal.aborted) throw error;
  console.log('Ended before the first fault.');
  process.exitCode = 1;
}
if (outdated.length > 0 || ended.signal.aborted) process.exitCode = 1;

async function report(): Promise<void> {
  const { slots, tests, sample, mutantSeconds, seed } = options;
  const progress = (done: number, of: number) => console.log(`${done} of ${of} test files looked at`);
  const coverage = await measureCoverage(project, sourceFiles(project), { folder, slots, signal, tests, progress });
  console.log(`${coverage.tests.length} test files pass without faults.`);
  for (const { project: name, file, what } of coverage.broken)
    console.log(`left out, it fails without faults: ${name} ${file}: ${what}`);
  const tried = await tryMutants(project, mutants, coverage, {
    ...{ sample, slots, mutantSeconds, folder, signal },
    tried: (each) => console.log(line(each)),
  });
  const refused = tried.filter(({ outcome }) => outcome.kind === 'refused').length;
  const result = { tried, wanted: Math.min(sample, mutants.length - refused), seed };
  console.log(`\n${markdown(result)}`);
  if (options.report) writeFileSync(options.report, markdown(result));
  if (shareNoticed(result) * 100 < options.atLeast) {
    console.log(`Fewer than ${percent(options.atLeast / 100)} were noticed.`);
    process.exitCode = 1;
  }
}

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError('It must be a regular expression.');
  }
}
