// Names the packages in the READMEs once they are in the registry, and never before. Done twice it does nothing more.
//
//   node scripts/release/announce.ts [--registry URL] [--wait SECONDS]   asks the registry for the version of this checkout
//   node scripts/release/announce.ts --in FOLDER                          in packages that are about to be published
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { announce, announcements } from './readmes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    registry: { type: 'string', default: 'https://registry.npmjs.org' },
    wait: { type: 'string', default: '0' },
    in: { type: 'string' },
    // where the READMEs are
    root: { type: 'string', default: root },
  },
});
const packages = announcements.map((each) => each.package);

if (options.in !== undefined) announce(options.in, packages, (each) => `${each.package}/README.md`);
else {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  // a registry may take a while to show what it has accepted
  const until = Date.now() + Number(options.wait) * 1000;
  let missing = await unpublished(version);
  while (missing.length > 0 && Date.now() < until) {
    await delay(Math.min(5000, Math.max(0, until - Date.now())));
    missing = await unpublished(version);
  }
  const changed = announce(
    options.root,
    packages.filter((name) => !missing.includes(name)),
  );
  for (const path of changed) console.log(`${path} names what is published`);
  if (missing.length > 0) {
    console.error(`Not in ${options.registry} in version ${version}, and so not named: ${missing.join(', ')}`);
    process.exitCode = 1;
  }
}

async function unpublished(version: string): Promise<string[]> {
  const answers = await Promise.all(
    packages.map(async (name) => {
      const response = await fetch(`${options.registry.replace(/\/$/, '')}/${name}/${version}`);
      if (response.status === 404) return [name];
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
      const { version: found } = (await response.json()) as { version?: unknown };
      return found === version ? [] : [name];
    }),
  );
  return answers.flat();
}
