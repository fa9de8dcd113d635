// Names the packages in the READMEs once they are in the registry, and never before. Done twice it does nothing more.
//
//   node scripts/release/announce.ts VERSION [--registry URL] [--wait SECONDS]     asks the registry
//   node scripts/release/announce.ts --in FOLDER                                    in packages that are about to be published
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { announce, announcements } from './readmes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const {
  values: options,
  positionals: [version],
} = parseArgs({
  options: {
    registry: { type: 'string', default: 'https://registry.npmjs.org' },
    wait: { type: 'string', default: '0' },
    in: { type: 'string' },
    // where the READMEs are
    root: { type: 'string', default: root },
  },
  allowPositionals: true,
});
const packages = announcements.map((each) => each.package);

if (options.in !== undefined) announce(options.in, packages, (each) => `${each.package}/README.md`);
else if (version === undefined) throw new Error('which version? announce.ts VERSION');
else {
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

async function unpublished(wanted: string): Promise<string[]> {
  const answers = await Promise.all(
    packages.map(async (name) => {
      const response = await fetch(`${options.registry.replace(/\/$/, '')}/${name}/${wanted}`);
      if (response.status === 404) return [name];
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
      const { version: found } = (await response.json()) as { version?: unknown };
      return found === wanted ? [] : [name];
    }),
  );
  return answers.flat();
}
