import { type Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../config/config.ts';
import { isExposed, mcpAddress } from '../connect/address.ts';
import type { Client, Credential } from '../connect/clients.ts';
import type { Plan } from '../connect/plan.ts';
import type { Scope, Surroundings } from '../connect/surroundings.ts';
import { version } from '../version.ts';
import type { CommandContext } from './command-context.ts';
import { exitCodes } from './errors.ts';
import { readKey } from './key.ts';
import { printable, tabbed } from './printable.ts';

interface Options {
  readonly url?: string;
  readonly scope: Scope;
  readonly name: string;
  readonly keyVariable: string;
  readonly keyStdin?: true;
  readonly anonymous?: true;
  readonly insecure?: true;
  readonly skill: boolean;
  readonly hooks: boolean;
  readonly try: boolean;
  readonly force?: true;
  readonly dryRun?: true;
  readonly undo?: true;
  readonly list?: true;
}

/** Adds `connect`. It uses no database; what it needs is loaded when it runs. */
export function addConnectCommand(program: Command, { surroundings }: CommandContext) {
  const command = program.command('connect');
  command
    .description('tell a coding agent where the commons is, and try it; --undo takes it back')
    .argument('[client]', 'claude-code, codex, cursor, vscode, gemini or opencode')
    .option('--url <url>', 'the address of the server (default: CQ_ADDR, else http://localhost:3000)')
    .option(
      '--scope <scope>',
      'user: in all of your projects; project: for all who work in this folder',
      toScope,
      'user',
    )
    .option('--name <name>', 'what the agent calls the server', toName, 'cq')
    .option('--key-variable <name>', 'the environment variable that has the API key', toVariable, 'CQ_API_KEY')
    .option('--key-stdin', 'read the API key from standard input instead')
    .option('--anonymous', 'without a key, to read only')
    .option('--insecure', 'have a key sent over http: to another machine, where it can be read on the way')
    .option('--no-skill', 'without the text that tells the agent when to query, confirm, flag and propose')
    .option('--no-hooks', 'without the reminder at the start of a session')
    .option('--no-try', 'without trying the connection')
    .option('--force', 'replace, or with --undo remove, what was written or changed by others')
    .option('--dry-run', 'print what would be written, without the key, and write nothing')
    .option('--undo', 'take out what connect has put in')
    .option('--list', 'the clients, and what is connected')
    .action(async (id: string | undefined, options: Options) => {
      const { clients } = await import('../connect/clients.ts');
      const here = surroundings();
      if (options.list) return list(clients, here);
      const client = clients.find((known) => known.id === id);
      if (!client) {
        const got = id === undefined ? 'nothing' : JSON.stringify(id.slice(0, 100));
        return command.error(
          `error: the client must be one of ${clients.map((known) => known.id).join(', ')}, got ${got}.`,
        );
      }
      if (options.undo) return undo(client, here, options);
      const url = addressOf(command, here, options.url);
      await connect(client, here, url, options);
    });
}

async function connect(client: Client, here: Surroundings, url: URL, options: Options): Promise<void> {
  const { keyVariable: variable, dryRun = false, force = false, scope, name } = options;
  // what a dry run prints has no key, and needs none
  const asks = !client.asks && !dryRun;
  const given = options.anonymous ? null : await readKey(options, here.environment, asks);
  const keyed = !options.anonymous && (given !== null || !asks);
  if (keyed && isExposed(url) && !options.insecure)
    throw new ConfigError(
      `A key sent to ${url} could be read on the way: use https:, --anonymous to read only, or --insecure if the network is yours.`,
    );
  if (!options.anonymous && !keyed)
    console.error(`There is no key in ${variable}: connecting without one, to read only.`);

  const [{ partsOf, hooksWork }, { requireWithin }, { planConnect }, { carryOut, ledgerFile }, { readLedger }] =
    await Promise.all([
      import('../connect/clients.ts'),
      import('../connect/config-file.ts'),
      import('../connect/plan.ts'),
      import('../connect/apply.ts'),
      import('../connect/ledger.ts'),
    ]);
  const partsWith = (credential: Credential) =>
    partsOf(client, here, { name, url: url.href, scope, credential }, options);
  const credential = await credentialFor(client, options, keyed, given, partsWith);
  const parts = partsWith(credential);
  if (scope === 'project') for (const { file } of parts) requireWithin(here.folder, file);
  const makePlan = (ledger: Parameters<typeof planConnect>[2]) =>
    planConnect(parts, byOf(client, here, options), ledger, force);
  const plan = dryRun ? makePlan(readLedger(ledgerFile(here))) : await carryOut(here, makePlan);

  for (const note of plan.notes) console.error(printable(note));
  if (dryRun) await printDiff(plan, given ? [given.key] : []);
  else for (const { file } of plan.changes) console.log(`${printable(file.path)} is written.`);
  if (plan.changes.length === 0)
    console.log(`${client.title} has all of it already: nothing ${dryRun ? 'would be' : 'was'} written.`);
  if (options.hooks && client.hooks && !hooksWork(client, here))
    console.error(`${client.title} gets no reminder at the start of a session on Windows.`);
  for (const note of [
    whereTheKeyIs(client, credential),
    client.note?.({ name, url: url.href, scope, credential }) ?? null,
  ])
    if (note !== null) console.log(note);
  if (!dryRun && options.try) await tryIt(client, url, given?.key ?? null, options);
}

/** What is tried when the key is one that the client asks for is what works without it. */
async function tryIt(client: Client, url: URL, key: string | null, { name, scope }: Options): Promise<void> {
  const { tryConnection } = await import('../connect/try-connection.ts');
  const { result, message } = await tryConnection({ url, key, version });
  if (result === 'connected') return console.log(printable(message));
  const which = `${name === 'cq' ? '' : ` --name ${name}`}${scope === 'user' ? '' : ` --scope ${scope}`}`;
  console.error(
    `cq-server: ${printable(message)} The configuration stays; connect ${client.id}${which} --undo takes it out.`,
  );
  const codes = { unreachable: exitCodes.unavailable, refused: exitCodes.refused, 'not cq': exitCodes.failed };
  process.exitCode = codes[result];
}

/** A key that a person gave is stored for the person; never in files that may be committed. One in a variable stays there. */
async function credentialFor(
  client: Client,
  { keyVariable: variable, scope }: Options,
  keyed: boolean,
  given: Awaited<ReturnType<typeof readKey>>,
  partsWith: (credential: Credential) => ReturnType<typeof import('../connect/clients.ts').partsOf>,
): Promise<Credential> {
  if (!keyed) return { kind: 'none' };
  if (client.asks || scope === 'project' || given?.from === 'environment') return { kind: 'variable', variable };
  const stored: Credential = { kind: 'stored', variable, key: given?.key ?? keyNotGiven };
  const { isInWorkingCopy, readConfigFile } = await import('../connect/config-file.ts');
  const committed = partsWith(stored).find(({ secret, file }) => secret && isInWorkingCopy(readConfigFile(file).path));
  if (!committed) return stored;
  console.error(
    `${printable(committed.file)} is kept in a working copy of git, where a key could be committed: it is not written there.`,
  );
  return { kind: 'variable', variable };
}

/** What stands for a key in a dry run. */
const keyNotGiven = 'the-key-of-the-agent';

function whereTheKeyIs(client: Client, credential: Credential): string | null {
  if (credential.kind === 'none') return null;
  if (client.asks) return `${client.title} asks for the key when it first connects, and keeps it.`;
  if (credential.kind === 'stored') return null;
  return `${client.title} reads the key from ${credential.variable}: set it in the environment that ${client.title} is started from.`;
}

async function undo(client: Client, here: Surroundings, options: Options): Promise<void> {
  const [{ planUndo }, { carryOut, ledgerFile }, { readLedger }] = await Promise.all([
    import('../connect/plan.ts'),
    import('../connect/apply.ts'),
    import('../connect/ledger.ts'),
  ]);
  const by = byOf(client, here, options);
  const makePlan = (ledger: Parameters<typeof planUndo>[1]) =>
    planUndo((layer) => layer.by === by, ledger, options.force ?? false);
  const plan = options.dryRun ? makePlan(readLedger(ledgerFile(here))) : await carryOut(here, makePlan);
  for (const note of plan.notes) console.error(printable(note));
  if (options.dryRun) await printDiff(plan, []);
  else
    for (const { file, text } of plan.changes)
      console.log(
        `${printable(file.path)} is ${text === null ? 'removed' : text === file.text ? 'as it was' : 'without it'}.`,
      );
  if (plan.changes.length === 0)
    console.log(`connect has put nothing into ${client.title} as ${options.name}, with --scope ${options.scope}.`);
}

async function printDiff({ changes }: Plan, secrets: readonly string[]): Promise<void> {
  const { diffLines } = await import('../connect/excerpt.ts');
  const masked = [...secrets, keyNotGiven];
  for (const { file, text, removed, added } of changes) {
    const path = printable(file.path);
    console.log(`--- ${file.text === null ? '/dev/null' : path}\n+++ ${text === null ? '/dev/null' : path}`);
    for (const line of [...diffLines('-', removed, masked), ...diffLines('+', added, masked)])
      console.log(printable(line));
  }
}

async function list(clients: readonly Client[], here: Surroundings): Promise<void> {
  const [{ ledgerFile }, { readLedger }] = await Promise.all([
    import('../connect/apply.ts'),
    import('../connect/ledger.ts'),
  ]);
  const layers = Object.entries(readLedger(ledgerFile(here)));
  for (const { id, title } of clients) {
    console.log(tabbed([id, title]));
    for (const [path, ofFile] of layers)
      for (const { by } of ofFile.filter((layer) => layer.by.startsWith(`${id} `))) {
        const [, scope = '', name = ''] = by.split(' ');
        console.log(tabbed(['', name, scope, path]));
      }
  }
}

/** A connection: one of a project is of its folder. */
const byOf = ({ id }: Client, here: Surroundings, { scope, name }: Options) =>
  [id, scope, name, ...(scope === 'project' ? [here.folder] : [])].join(' ');

/** Not by commander, which repeats a value that is invalid: there may be a password in it. */
function addressOf(command: Command, { environment }: Surroundings, given: string | undefined): URL {
  try {
    return mcpAddress(given ?? (environment.CQ_ADDR || 'http://localhost:3000'));
  } catch (error) {
    const { message } = error as Error;
    if (given === undefined) throw new ConfigError(`CQ_ADDR: ${message}`);
    return command.error(`error: option '--url <url>' is invalid. ${message}`);
  }
}

function toScope(text: string): Scope {
  if (text === 'user' || text === 'project') return text;
  throw new InvalidArgumentError('It must be user or project.');
}

/** As the names of skills may be, which is narrower than what clients take for servers. */
function toName(text: string): string {
  if (text.length <= 64 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) return text;
  throw new InvalidArgumentError('It must have up to 64 small letters and digits, and single hyphens between them.');
}

function toVariable(text: string): string {
  if (/^[A-Za-z_]\w{0,99}$/.test(text) && !text.startsWith('CODEX_')) return text;
  throw new InvalidArgumentError(
    'It must be the name of a variable, such as CQ_API_KEY, and not begin with CODEX_, which Codex leaves out.',
  );
}
