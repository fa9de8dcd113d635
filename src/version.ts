import { existsSync, readFileSync } from 'node:fs';

// this file is one level below the package's root in a checkout, two in dist/
const manifest = ['../package.json', '../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));
if (!manifest) throw new Error('package.json is missing');

/** The version of this program. */
export const version: string = JSON.parse(readFileSync(manifest, 'utf8')).version;
