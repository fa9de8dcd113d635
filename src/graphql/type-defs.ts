import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mergeTypeDefs } from '@graphql-tools/merge';
import { print } from 'graphql';
import { shipped } from '../shipped.ts';

const folder = shipped('schema/');
/** What `readTypeDefs` has made of them when the package was built; a checkout has none. */
const merged = shipped('schema.graphql');

/** Whether this is the package: its SDL and resolvers were checked when it was built. */
export const isBuilt = existsSync(merged);

let typeDefs: string | undefined;

/** The SDL of schema/*.graphql, merged into one document. Read once in a process. */
export function readTypeDefs(): string {
  typeDefs ??= isBuilt ? readFileSync(merged, 'utf8') : mergeFiles();
  return typeDefs;
}

function mergeFiles(): string {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  const subjects = files.sort().map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return mergedTypeDefs(subjects);
}

/** The SDL of several documents as one. */
export const mergedTypeDefs = (subjects: string[]): string => `${print(mergeTypeDefs(subjects))}\n`;
