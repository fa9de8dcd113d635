// Run before the npm scripts, on whatever Node there is: says in one sentence what is missing.
// Written so that every Node can read it.
const { existsSync, symlinkSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const modules = join(__dirname, '..', '..', 'node_modules');
const windows = process.platform === 'win32';
const brought = join(
  `node-${windows ? 'win' : process.platform}-${process.arch}`,
  'bin',
  windows ? 'node.exe' : 'node',
);
const command = join(modules, '.bin', windows ? 'node.cmd' : 'node');

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

// npm writes it last
if (!existsSync(join(modules, '.package-lock.json'))) fail('Nothing is installed here yet: run npm ci first.');

const there = existsSync(join(modules, brought));
// npm 10 removes the link along with the packages that are for other machines, whose command has the same name
if (there && !existsSync(command)) {
  try {
    if (windows) writeFileSync(command, `@"%~dp0..\\${brought}" %*\r\n`);
    else symlinkSync(join('..', brought), command);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (!there && (major < 22 || (major === 22 && minor < 18)))
  fail(
    `This needs Node 22.18 or newer on the PATH, and that is ${process.version}: npm has no Node ${process.platform === 'darwin' ? 'for macOS' : `for ${process.platform} on ${process.arch}, or was told to leave it out,`} to bring along.`,
  );
