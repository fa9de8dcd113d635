#!/usr/bin/env node
// Written so that every Node can read it: an old one gets a sentence instead of a stack trace.
const { existsSync } = await import('node:fs');
const at = (path) => new URL(path, import.meta.url);
const fail = (sentence) => {
  console.error(`cq-server ${sentence}`);
  process.exit(78);
};
// a checkout runs from its sources, a package from what was built of them
const source = existsSync(at('../src/cli.ts'));
// a checkout brings the Node that it runs on: with nothing installed, an old one is not what is wrong
if (source && !existsSync(at('../node_modules/commander'))) fail('is not installed yet: run npm ci first.');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) fail(`needs Node 22.18 or newer, and this is ${process.version}.`);
const program = at(source ? '../src/cli.ts' : '../dist/server/cli.js');
if (!existsSync(program)) fail('was packed without being built: npm run package does both.');
const { enableCompileCache } = await import('node:module');
// starts in half the time from the second run on
enableCompileCache();
await import(program.href);
