import { readdirSync, readFileSync } from 'node:fs';
import { mergeTypeDefs } from '@graphql-tools/merge';
import { print } from 'graphql';
import { shipped } from '../shipped.ts';

const folder = shipped('schema/');
let read: string | undefined;

/** The SDL of schema/*.graphql, merged into one document. Read once in a process. */
export function readTypeDefs(): string {
  if (read !== undefined) return read;
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  read = mergedTypeDefs(files.sort().map((file) => readFileSync(new URL(file, folder), 'utf8')));
  return read;
}

/** The SDL of several documents as one. */
export const mergedTypeDefs = (subjects: string[]): string => `${print(mergeTypeDefs(subjects))}\n`;
