import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, maxBodiesBytes } from '../../config/config.ts';
import { bytes, type Finding, ok, problem, warning } from '../../findings.ts';
import type { Machine } from './machine.ts';

const mebibyte = 2 ** 20;

/** The oldest Node that the program runs on. */
const oldestNode = [22, 18] as const;

/** What a process takes under load, by docs/deployment.md. */
const takes = { sqlite: 280 * mebibyte, postgres: 220 * mebibyte } as const;

/** Less than this on the disk of a database is the end of it soon. */
const leastFree = 100 * mebibyte;

/** File systems over a network, on which SQLite's locks do not hold, by the number of their type. */
const networkFileSystems: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'SMB',
  4266872130: 'SMB',
  1397113167: 'AFS',
  12805120: 'Ceph',
  198183888: 'Lustre',
  1196443219: 'GPFS',
  19993000: 'IBRIX',
  1937076805: 'Coda',
};

export function examineNode({ nodeVersion }: Machine): Finding {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const [least, leastMinor] = oldestNode;
  return major > least || (major === least && minor >= leastMinor)
    ? ok('node', `Node ${nodeVersion}.`)
    : problem(
        'node',
        `Node ${nodeVersion} is older than ${oldestNode.join('.')}.`,
        `Install Node ${oldestNode.join('.')} or newer.`,
      );
}

/** Whether the memory of the container or machine is enough for what the configuration lets a server take. */
export function examineMemory(config: Config, { memory, heapLimit }: Machine): Finding[] {
  const check = 'memory';
  const bodies = maxBodiesBytes(config);
  const answers = config.maxConcurrentRequests * config.maxAnswerBytes;
  const needed = takes[config.database.engine] + bodies + answers;
  const sum = `a server may take ${bytes(needed)}: ${bytes(takes[config.database.engine])} under load, ${bytes(bodies)} of request bodies, ${bytes(answers)} of answers (CQ_MAX_CONCURRENT_REQUESTS × CQ_MAX_ANSWER_BYTES)`;
  const findings: Finding[] = [];
  if (memory < needed)
    findings.push(
      warning(
        check,
        `There are ${bytes(memory)}, and ${sum}.`,
        'Raise the memory limit of the container, or lower CQ_MAX_ANSWER_BYTES or CQ_MAX_CONCURRENT_REQUESTS.',
      ),
    );
  if (heapLimit > memory)
    findings.push(
      warning(
        check,
        `Node lets its heap grow to ${bytes(heapLimit)}, and there are ${bytes(memory)}: the system would end the process.`,
        `Set NODE_OPTIONS=--max-old-space-size=${Math.floor((memory * 0.7) / mebibyte)}`,
      ),
    );
  return findings.length > 0 ? findings : [ok(check, `There are ${bytes(memory)}; ${sum}.`)];
}

/** The disk of a SQLite file: what it is, and whether it has room for a backup, or for cleaning up after an erasure. */
export function examineDisk({ database }: Config, machine: Machine): Finding[] {
  if (database.engine !== 'sqlite' || database.file === ':memory:') return [];
  let folder = dirname(resolve(database.file));
  while (!existsSync(folder)) folder = dirname(folder);
  const { free, size, type } = machine.disk(folder);
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const needed = sizeOf(database.file) + sizeOf(`${database.file}-wal`);
  const findings: Finding[] = [];
  const network = networkFileSystems[type];
  if (network !== undefined)
    findings.push(
      problem(
        'disk.network',
        `${folder} is on ${network}, a file system over a network, where SQLite's locks do not hold: the file will be damaged.`,
        'Move the file to a local disk (CQ_DB_PATH), or use PostgreSQL (CQ_DATABASE_URL).',
      ),
    );
  const found = `The disk of ${folder} has ${bytes(free)} of ${bytes(size)} left`;
  const room = 'Make room there, or move the file to a larger disk (CQ_DB_PATH).';
  if (free < leastFree) findings.push(problem('disk', `${found}: soon nothing can be written.`, room));
  else if (free < needed)
    findings.push(
      warning(
        'disk',
        `${found}, and the database has ${bytes(needed)}: neither a backup beside it fits, nor what cleaning up after an erasure takes.`,
        room,
      ),
    );
  else findings.push(ok('disk', `${found}; a backup, or cleaning up after an erasure, takes ${bytes(needed)}.`));
  return findings;
}
