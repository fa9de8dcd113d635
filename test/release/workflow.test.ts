import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { has, lacks, unless } from '../left-out.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const folder = '.github/workflows';
const files = readdirSync(join(root, folder)).map((file) => `${folder}/${file}`);
const { scripts } = JSON.parse(read('package.json'));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

const workflow: { on: object; permissions: object; jobs: Record<string, Job> } = parse(read(`${folder}/release.yml`));
const { jobs } = workflow;
const steps = Object.values(jobs).flatMap((job) => job.steps);
const commands = steps.flatMap(({ run }) => run ?? []);

describe('workflows', () => {
  it('pin every action by commit, with its version beside it, and each by one', () => {
    const uses = files.flatMap((file) => read(file).match(/uses: .*/g) ?? []);
    expect(uses.length).toBeGreaterThan(20);
    const loose = uses.filter((line) => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
    expect(loose).toEqual([]);
    const pins = new Map<string, Set<string>>();
    for (const line of uses) {
      const [action = '', pin = ''] = line.replace('uses: ', '').split('@');
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    }
    expect([...pins].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  it.for(files)('%s: no job has more rights than it names, nor all the time of the world', (file) => {
    const { permissions, jobs: all }: typeof workflow = parse(read(file));
    expect([{}, { contents: 'read' }]).toContainEqual(permissions);
    for (const job of Object.values(all)) expect(job['timeout-minutes']).toBeLessThanOrEqual(130);
  });
});

describe('the workflow of a release', () => {
  it('begins with a tag of a version, or by hand, and then publishes only when told to', () => {
    expect(workflow.on).toMatchObject({
      push: { tags: ['v[0-9]+.[0-9]+.[0-9]+*'] },
      workflow_dispatch: { inputs: { publish: { type: 'boolean', default: false } } },
    });
  });

  it('gives each job the rights that it needs', () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]))).toEqual({
      make: { contents: 'read' },
      image: { contents: 'read', packages: 'write', 'id-token': 'write', attestations: 'write' },
      npm: { contents: 'read', 'id-token': 'write' },
      release: { contents: 'write', 'id-token': 'write', attestations: 'write' },
      announce: { contents: 'write', 'pull-requests': 'write' },
    });
    // only what pushes has the credentials of git
    const keeping = Object.entries(jobs).filter(([, job]) =>
      job.steps.some(
        (step) => step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false,
      ),
    );
    expect(keeping.map(([name]) => name)).toEqual(['announce']);
  });

  it('publishes after all checks, names what is published after that, and does neither in a rehearsal', () => {
    const needs = (name: string): string[] => {
      const direct = [jobs[name]?.needs ?? []].flat();
      return [...direct, ...direct.flatMap(needs)];
    };
    expect(needs('npm')).toEqual(expect.arrayContaining(['make', 'image']));
    expect(needs('announce')).toEqual(expect.arrayContaining(['make', 'image', 'npm', 'release']));
    expect(needs('release')).toContain('npm');
    const publishing = "needs.make.outputs.publish == 'true'";
    expect(jobs.npm).toMatchObject({ if: publishing, environment: 'release' });
    const leaving = (jobs.image?.steps ?? []).filter(({ uses = '', run = '' }) =>
      /login-action|cosign|attest|syft/.test(uses + run),
    );
    expect(leaving.length).toBe(5);
    expect(leaving.filter((step) => step.if !== publishing)).toEqual([]);
    const build = jobs.image?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
    expect(build?.with).toMatchObject({
      platforms: 'linux/amd64,linux/arm64',
      push: `\${{ ${publishing} }}`,
      file: 'made/Dockerfile',
      provenance: 'mode=max',
    });
  });

  it('checks, signs and attests what it publishes', () => {
    const all = commands.join('\n');
    for (const command of [
      'npm run check',
      'npm test',
      'npm run release:check -- --tag "$TAG" --packages made',
      'node scripts/release/bases.ts --write',
      'node scripts/release/publish.ts --provenance made/*.tgz',
      'cosign sign --yes --recursive "$IMAGE@$DIGEST"',
      'cosign attest --yes --type cyclonedx',
      'node scripts/release/announce.ts "$VERSION"',
    ])
      expect(all).toContain(command);
    // after the name is in the registry, and nowhere else
    expect(JSON.stringify(jobs.announce)).toContain('announce.ts');
    expect(JSON.stringify({ ...jobs, announce: undefined })).not.toContain('announce.ts');
  });

  it('runs what there is', () => {
    const all = commands.join('\n');
    const named = [...all.matchAll(/\bnpm (?:run ([\w:]+)|(test))/g)].map(([, run, test]) => run ?? test ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const programs = all.match(/\bscripts\/[\w/.-]+/g) ?? [];
    expect(programs.length).toBeGreaterThan(5);
    expect(programs.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('puts nothing that somebody else wrote into a command', () => {
    expect(commands.filter((command) => command.includes('${{'))).toEqual([]);
  });

  it('has commands that a shell reads', unless(!has('bash'), lacks.bash), () => {
    for (const command of commands) execFileSync('bash', ['-n', '-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
  });
});
