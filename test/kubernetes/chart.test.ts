import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { chart, findHelm, render } from '../../scripts/chart/helm.ts';
import { describedValues } from '../../scripts/chart/values.ts';
import { described, rendered } from '../../scripts/chart.ts';
import { readConfig } from '../../src/config/config.ts';
import { unknownVariables, variables } from '../../src/config/variables.ts';
import { lacks, unless } from '../left-out.ts';
import { temporaryFolder } from '../process.ts';
import { type Manifest, problemsOf } from './schemas.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const inChart = (file: string) => readFileSync(join(chart, file), 'utf8');
const helm = findHelm();
const withHelm = unless(helm === null, lacks.helm);

/** What is in the Secret in these tests. */
const secret: Readonly<Record<string, string>> = {
  CQ_JWT_SECRET: 'j'.repeat(32),
  CQ_API_KEY_PEPPER: 'p'.repeat(32),
  CQ_DATABASE_URL: 'postgresql://cq:hidden@db.example.com/cq',
  POSTGRES_PASSWORD: 'hidden',
  CQ_METRICS_TOKEN: 'a-token',
};

/** Installations that differ, as values; the last one has everything that can be switched on. */
const installations = {
  'of your own PostgreSQL': { existingSecret: 'cq-server' },
  'on SQLite': {
    database: { kind: 'sqlite' },
    backup: { enabled: true, keep: 3 },
    config: { CQ_LOG_LEVEL: 'warn', CQ_TRUST_PROXY: 0 },
  },
  'for trials': { existingSecret: 'cq-server', database: { kind: 'trial' }, networkPolicy: { egress: [] } },
  'with everything': {
    existingSecret: 'cq-server',
    database: { tlsSecret: 'cq-database-tls' },
    migration: { existingSecret: 'cq-owner' },
    image: { digest: `sha256:${'a'.repeat(64)}`, pullSecrets: ['registry'] },
    publicUrl: 'https://example.com/cq',
    config: { CQ_MAX_BODY_BYTES: 1_048_576, CQ_RATE_LIMIT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
    embedding: { provider: 'openai', url: 'http://ollama:11434/v1', model: 'nomic-embed-text', dimensions: 768 },
    ingress: {
      enabled: true,
      className: 'nginx',
      hosts: ['example.com'],
      tls: [{ hosts: ['example.com'], secretName: 't' }],
    },
    gateway: { enabled: true, parentRefs: [{ name: 'gateway' }], hostnames: ['example.com'] },
    autoscaling: { enabled: true, metric: { name: 'cq_requests_in_flight' } },
    metrics: {
      prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
      dashboard: { enabled: true },
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' }, tokenKey: 'CQ_METRICS_TOKEN' },
    },
    networkPolicy: {
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 5432, protocol: 'TCP' }] }],
    },
    extraEnv: [{ name: 'CQ_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    extraEnvFrom: [{ configMapRef: { name: 'more' } }],
    extraVolumes: [{ name: 'documents', configMap: { name: 'documents' } }],
    extraVolumeMounts: [{ name: 'documents', mountPath: '/etc/cq/documents' }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'cq', operator: 'Exists' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'cq', operator: 'Exists' }] }],
        },
      },
    },
    serviceAccountName: 'cq',
    priorityClassName: 'high',
    podLabels: { team: 'tools' },
    podAnnotations: { note: 'seen' },
    commonLabels: { owner: 'tools' },
  },
} as const;

type Name = keyof typeof installations;
const names = Object.keys(installations) as Name[];

/** What is rendered already: each installation is looked at from several sides. */
const known = new Map<object, Promise<Manifest[]>>();

function manifestsOf(values: object): Promise<Manifest[]> {
  const found = known.get(values) ?? renderedBy(values);
  known.set(values, found);
  return found;
}

async function renderedBy(values: object): Promise<Manifest[]> {
  using folder = temporaryFolder();
  writeFileSync(folder.file('values.yaml'), stringify(values));
  const text = await render(helm ?? '', ['--values', folder.file('values.yaml')], 'any');
  return parseAllDocuments(text).flatMap((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    return document.contents === null ? [] : [document.toJS()];
  });
}

const of = (manifests: readonly Manifest[], kind: string, component?: string) =>
  manifests.filter(
    (one) => one.kind === kind && (!component || one.metadata.labels['app.kubernetes.io/component'] === component),
  );

/** The pods that manifests lead to. */
function podsOf(manifests: readonly Manifest[]) {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    if (kind === 'Pod') return [{ name: metadata.name, pod: spec }];
    const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : spec?.template;
    if (!template) return [];
    const claims = (spec.volumeClaimTemplates ?? []).map((claim: Manifest) => claim.metadata);
    return [
      { name: `${kind} ${metadata.name}`, pod: { ...template.spec, volumes: [...template.spec.volumes, ...claims] } },
    ];
  });
}

/** The restricted Pod Security Standard, a root file system that is only read, and nothing mounted that is not there. */
// biome-ignore lint/suspicious/noExplicitAny: the specification of a pod in a manifest
function expectFewRights(owner: string, pod: any) {
  expect([owner, pod.automountServiceAccountToken, pod.enableServiceLinks]).toEqual([owner, false, false]);
  expect([owner, pod.securityContext]).toEqual([
    owner,
    expect.objectContaining({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }),
  ]);
  for (const { securityContext, volumeMounts = [], resources } of pod.containers) {
    expect([owner, securityContext]).toEqual([
      owner,
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ]);
    expect([owner, resources.limits.memory, resources.requests.cpu]).toEqual([
      owner,
      expect.any(String),
      expect.any(String),
    ]);
    const volumes = (pod.volumes ?? []).map((volume: { name: string }) => volume.name);
    expect(volumeMounts.map((mount: { name: string }) => mount.name).toSorted()).toEqual(volumes.toSorted());
  }
}

/** The environment of a container, as Kubernetes makes it. */
// biome-ignore lint/suspicious/noExplicitAny: a container of a manifest
function environmentOf({ envFrom = [], env = [] }: any): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { secretRef } of envFrom) if (secretRef) Object.assign(environment, secret);
  for (const { name, value, valueFrom } of env)
    environment[name] = value ?? (valueFrom.secretKeyRef ? secret[valueFrom.secretKeyRef.key] : 'of the pod');
  return environment;
}

describe('the chart', () => {
  it('has the version of the package, and what is made from its values is up to date', () => {
    const { version } = JSON.parse(read('package.json'));
    expect(parse(inChart('Chart.yaml'))).toMatchObject({ name: 'cq-server', version, appVersion: version });
    for (const [file, text] of described())
      expect(readFileSync(file, 'utf8'), `npm run chart makes ${relative(root, file)}`).toBe(text);
  });

  it('has a schema that knows the values that there are, and no others', () => {
    interface Property {
      properties?: Record<string, Property>;
      additionalProperties?: unknown;
    }
    const values = parse(inChart('values.yaml'));
    const whole = new Set(describedValues(inChart('values.yaml')).map(({ path }) => path.join('.')));
    const check = (schema: Property, value: Record<string, unknown>, path: string) => {
      const known = Object.keys(schema.properties ?? {}).filter((key) => `${path}${key}` !== 'global');
      expect([path, known.toSorted(), schema.additionalProperties]).toEqual([
        path,
        Object.keys(value).toSorted(),
        false,
      ]);
      for (const [key, inner] of Object.entries(schema.properties ?? {}))
        if (inner.properties && !whole.has(`${path}${key}`))
          check(inner, value[key] as Record<string, unknown>, `${path}${key}.`);
    };
    check(JSON.parse(inChart('values.schema.json')), values, '');
  });

  it('names only variables that exist, and refuses those that are secret as settings', () => {
    const files = readdirSync(chart, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) {
      const named = readFileSync(join(parentPath, name), 'utf8').match(/\bCQ_[A-Z_]*[A-Z]\b/g) ?? [];
      expect([name, named.filter((variable) => !(variable in variables))]).toEqual([name, []]);
    }
    const refused = [...inChart('templates/checks.yaml').matchAll(/"(\w+)" "secret"/g)].map(([, variable]) => variable);
    const secrets = Object.keys(variables).filter((name) => `${name}_FILE` in variables);
    expect(secrets.length).toBeGreaterThan(4);
    expect(refused).toEqual(expect.arrayContaining([...secrets, 'CQ_DATABASE_URL', 'CQ_DATABASE_REPLICA_URLS']));
  });
});

it('knows fields that Kubernetes does not have, and values that are none', async () => {
  const containers = [{ name: 'a', image: 'b', ports: [{ containerPort: 80 }] }];
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers } };
  const spec = { replicas: 1, selector: { matchLabels: { a: 'b' } }, template };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', labels: { a: 'b' } } };
  expect(await problemsOf({ ...deployment, spec })).toEqual([]);
  expect(await problemsOf({ ...deployment, spec: { ...spec, replica: 1 } })).toEqual([
    'Deployment d: spec.replica is no field',
  ]);
  expect(await problemsOf({ ...deployment, spec: { ...spec, replicas: '1' } })).toEqual([
    expect.stringContaining('spec/replicas must be integer'),
  ]);
  const [container] = containers;
  const imaged = { ...template, spec: { containers: [{ ...container, imagee: 'b' }] } };
  expect(await problemsOf({ ...deployment, spec: { ...spec, template: imaged } })).toEqual([
    'Deployment d: spec.template.spec.containers.0.imagee is no field',
  ]);
});

describe('the manifests without Helm', () => {
  const files = readdirSync(join(root, 'deploy/kubernetes'));

  it.for(files)('%s is what Kubernetes takes', async (file) => {
    const manifest = parse(read(`deploy/kubernetes/${file}`));
    expect(await problemsOf(manifest)).toEqual([]);
    for (const { pod } of podsOf([manifest])) expectFewRights(file, pod);
  });

  it('are all applied by docs/deployment.md', () => {
    const page = read('docs/deployment.md');
    for (const file of files.filter((name) => !name.includes('.example.')))
      expect([file, page.includes(`-f deploy/kubernetes/${file}`)]).toEqual([file, true]);
  });
});

describe('the commands', () => {
  const commands = ['docs/deployment.md', 'docs/upgrading.md'].flatMap((page) =>
    [...read(page).matchAll(/<!-- helm -->\s*```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
      [...block.replaceAll('\\\n', ' ').matchAll(/^helm (?:install|upgrade) .*$/gm)].map(([command]) => command),
    ),
  );

  it('are found', () => {
    expect(commands.length).toBe(5);
  });

  it.for(commands)('%s sets what there is', withHelm, async (command) => {
    expect(command).toMatch(/^helm \w+ cq-server deploy\/helm\/cq-server /);
    const sets = [...command.matchAll(/--set (\S+)/g)].flatMap(([, value = '']) => ['--set', value]);
    // those of an upgrade are added to what was set before
    const before = command.includes('upgrade') ? ['--set', 'existingSecret=cq-server'] : [];
    expect(await render(helm ?? '', [...before, ...sets])).toContain('kind: Deployment');
  });
});

describe('the manifests of an installation', () => {
  it('of your own PostgreSQL are those of deploy/kubernetes, without what is only for Helm', withHelm, () => {
    const manifests = rendered(helm ?? '');
    expect([...manifests.keys()].map((file) => relative(root, file).replaceAll('\\', '/')).toSorted()).toEqual(
      readdirSync(join(root, 'deploy/kubernetes'))
        .filter((name) => !name.includes('.example.'))
        .map((name) => `deploy/kubernetes/${name}`)
        .toSorted(),
    );
    for (const [file, text] of manifests)
      expect(readFileSync(file, 'utf8'), `npm run chart makes ${relative(root, file)}`).toBe(text);
  });

  it.for(names)('%s are what Kubernetes takes', withHelm, async (name) => {
    const manifests = await manifestsOf(installations[name]);
    expect((await Promise.all(manifests.map(problemsOf))).flat()).toEqual([]);
    expect(manifests.length).toBeGreaterThan(4);
    const ids = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
    // namespaced by the release, and named within what a name may have
    for (const { metadata } of manifests) expect(metadata.name).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
  });

  it.for(names)('%s give pods no rights that they do not need', withHelm, async (name) => {
    const pods = podsOf(await manifestsOf(installations[name]));
    expect(pods.length).toBeGreaterThan(1);
    for (const { name: owner, pod } of pods) expectFewRights(owner, pod);
  });

  it.for(names)('%s hold no secret, and configure servers that start', withHelm, async (name) => {
    const manifests = await manifestsOf(installations[name]);
    expect(of(manifests, 'Secret')).toEqual([]);
    for (const { data } of of(manifests, 'ConfigMap'))
      expect(JSON.parse(data['cq-server.json'])).toEqual(JSON.parse(read('deploy/grafana/cq-server.json')));
    const image = /(^|\/)cq-server[:@]/;
    const containers = podsOf(manifests).flatMap(({ pod }) => pod.containers);
    const ours = containers.filter(({ image: of, name }) => image.test(of) && name !== 'ready');
    expect(ours.length).toBeGreaterThan(0);
    for (const container of ours) {
      const set = (container.env ?? []).map((variable: { name: string }) => variable.name);
      expect(set).toEqual([...new Set(set)]);
      const environment = environmentOf(container);
      expect(unknownVariables(environment)).toEqual([]);
      const { database } = readConfig(environment);
      expect(database.engine).toBe(name === 'on SQLite' ? 'sqlite' : 'postgres');
    }
  });

  it.for(names)('%s lead to the pods that they are meant for', withHelm, async (name) => {
    const manifests = await manifestsOf(installations[name]);
    const [server] = of(manifests, 'Deployment');
    const labels = server?.spec.template.metadata.labels;
    expect(labels).toMatchObject(server?.spec.selector.matchLabels);
    const selectors = [
      of(manifests, 'Service', 'server')[0]?.spec.selector,
      of(manifests, 'Service', 'metrics')[0]?.spec.selector,
      of(manifests, 'NetworkPolicy', 'server')[0]?.spec.podSelector.matchLabels,
      ...of(manifests, 'PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
    ];
    for (const selector of selectors) {
      expect(selector).toMatchObject({ 'app.kubernetes.io/instance': 'any', 'app.kubernetes.io/component': 'server' });
      expect(labels).toMatchObject(selector);
      for (const other of [...of(manifests, 'Job'), ...of(manifests, 'StatefulSet')])
        expect(other.spec.template.metadata.labels).not.toMatchObject(selector);
    }
    const ports = server?.spec.template.spec.containers[0].ports.map((port: { name: string }) => port.name);
    for (const service of of(manifests, 'Service').filter(({ metadata }) => !metadata.name.includes('trial')))
      for (const { targetPort } of service.spec.ports) expect(ports).toContain(targetPort);
    for (const monitor of of(manifests, 'ServiceMonitor'))
      expect(of(manifests, 'Service', 'metrics')[0]?.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
    for (const { spec } of of(manifests, 'PrometheusRule'))
      expect(spec).toEqual(parse(read('deploy/prometheus/cq-server.rules.yaml')));
    for (const scaler of of(manifests, 'HorizontalPodAutoscaler')) {
      expect(scaler.spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: server?.metadata.name });
      expect(server?.spec).not.toHaveProperty('replicas');
    }
  });

  it('on SQLite have one pod with a volume that is kept, and backups beside it', withHelm, async () => {
    const manifests = await manifestsOf(installations['on SQLite']);
    const [server] = of(manifests, 'Deployment');
    expect(server?.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(server?.spec.strategy).not.toHaveProperty('rollingUpdate');
    expect(of(manifests, 'PodDisruptionBudget')).toEqual([]);
    expect(of(manifests, 'Job')).toEqual([]);
    for (const claim of of(manifests, 'PersistentVolumeClaim'))
      expect(claim.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    const [backup] = of(manifests, 'CronJob');
    const pod = backup?.spec.jobTemplate.spec.template.spec;
    expect(pod.containers[0].command).toEqual(['cq-server', 'backup', '--keep', '3', '--verify', '/backups']);
    // a claim that no pod has is not bound, and Helm waits for it
    const mounts = server?.spec.template.spec.containers[0].volumeMounts;
    expect(mounts).toContainEqual({ name: 'backups', mountPath: '/backups', readOnly: true });
    const claimed = server?.spec.template.spec.volumes.map(
      (volume: Manifest) => volume.persistentVolumeClaim?.claimName,
    );
    for (const { metadata } of of(manifests, 'PersistentVolumeClaim')) expect(claimed).toContain(metadata.name);
    const [{ labelSelector, topologyKey }] = pod.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect([labelSelector.matchLabels, topologyKey]).toEqual([
      server?.spec.selector.matchLabels,
      'kubernetes.io/hostname',
    ]);
    expect(environmentOf(pod.containers[0]).CQ_DB_PATH).toBe(
      environmentOf(server?.spec.template.spec.containers[0]).CQ_DB_PATH,
    );
  });

  it('on SQLite stay there, whatever is in the Secret', withHelm, async () => {
    const manifests = await manifestsOf({ database: { kind: 'sqlite' }, existingSecret: 's' });
    const environment = environmentOf(of(manifests, 'Deployment')[0]?.spec.template.spec.containers[0]);
    expect(readConfig(environment).database).toMatchObject({ engine: 'sqlite', file: '/data/cq.db' });
  });

  it('migrate before servers of a new release start, and nowhere else', withHelm, async () => {
    const manifests = await manifestsOf(installations['with everything']);
    const [job] = of(manifests, 'Job');
    expect(job?.metadata.annotations).toEqual({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation',
    });
    const [migrate] = job?.spec.template.spec.containers ?? [];
    expect([migrate.command, migrate.envFrom[0]]).toEqual([
      ['cq-server', 'migrate'],
      { secretRef: { name: 'cq-owner' } },
    ]);
    const [server] = of(manifests, 'Deployment')[0]?.spec.template.spec.containers ?? [];
    expect(server.envFrom[0]).toEqual({ secretRef: { name: 'cq-server' } });
    expect(migrate.image).toBe(server.image);
    expect(environmentOf(server).CQ_MIGRATE).toBe('off');
    expect(environmentOf(migrate)).not.toHaveProperty('CQ_MIGRATE');
    const starting = await manifestsOf({ existingSecret: 's', migration: { mode: 'start' } });
    expect(of(starting, 'Job')).toEqual([]);
    expect(environmentOf(of(starting, 'Deployment')[0]?.spec.template.spec.containers[0])).not.toHaveProperty(
      'CQ_MIGRATE',
    );
  });

  it('have numbers as they were written, whichever way they came', withHelm, async () => {
    const bytes = async (args: readonly string[]) =>
      /name: CQ_MAX_BODY_BYTES\n\s+value: (.*)/.exec(await render(helm ?? '', args))?.[1];
    expect(await bytes(['--set', 'existingSecret=s,config.CQ_MAX_BODY_BYTES=16777216'])).toBe('"16777216"');
    using folder = temporaryFolder();
    writeFileSync(folder.file('values.yaml'), 'existingSecret: s\nconfig: { CQ_MAX_BODY_BYTES: 16777216 }\n');
    expect(await bytes(['--values', folder.file('values.yaml')])).toBe('"16777216"');
  });

  it('have settings and hosts that mean something else to YAML as they were meant', withHelm, async () => {
    using folder = temporaryFolder();
    writeFileSync(
      folder.file('values.yaml'),
      `existingSecret: s
config: { CQ_PUBLIC_READ: off, CQ_MCP: on, CQ_WEB: "off", OTEL_SDK_DISABLED: true }
ingress: { enabled: true, hosts: ["*.example.com"] }`,
    );
    const text = await render(helm ?? '', ['--values', folder.file('values.yaml')]);
    const manifests: Manifest[] = parseAllDocuments(text).map((document) => document.toJS());
    const [container] = of(manifests, 'Deployment')[0]?.spec.template.spec.containers ?? [];
    expect(container.env).toEqual(
      expect.arrayContaining([
        { name: 'CQ_PUBLIC_READ', value: 'off' },
        { name: 'CQ_MCP', value: 'on' },
        { name: 'CQ_WEB', value: 'off' },
        { name: 'OTEL_SDK_DISABLED', value: 'true' },
      ]),
    );
    expect(of(manifests, 'Ingress')[0]?.spec.rules[0].host).toBe('*.example.com');
  });

  it('let the test of the release in where not everybody is', withHelm, async () => {
    const manifests = await manifestsOf(installations['with everything']);
    const [test] = of(manifests, 'Pod', 'test');
    const [{ from }] = of(manifests, 'NetworkPolicy', 'server')[0]?.spec.ingress ?? [];
    expect(
      from.some(({ podSelector }: Manifest) => {
        const wanted = Object.entries(podSelector?.matchLabels ?? { nobody: '' });
        return wanted.every(([label, value]) => test?.metadata.labels[label] === value);
      }),
    ).toBe(true);
  });

  it('pass the linter of Helm', withHelm, () => {
    const said = execFileSync(helm ?? '', ['lint', '--strict', '--set', 'existingSecret=s', chart], {
      encoding: 'utf8',
    });
    expect(said).toContain('1 chart(s) linted, 0 chart(s) failed');
  });
});

it.for([
  [{}, /existingSecret is missing/],
  [{ database: { kind: 'trial' } }, /existingSecret is missing/],
  [{ database: { kind: 'sqlite' }, replicaCount: 2 }, /replicaCount must be 1 with database\.kind sqlite, got 2/],
  [{ database: { kind: 'sqlite' }, autoscaling: { enabled: true } }, /autoscaling\.enabled must be false/],
  [{ database: { kind: 'sqlite' }, migration: { mode: 'job' } }, /migration\.mode must be start or none/],
  [
    { database: { kind: 'trial' }, existingSecret: 's', migration: { mode: 'job' } },
    /migration\.mode must be start or none/,
  ],
  [{ existingSecret: 's', backup: { enabled: true } }, /backup\.enabled must be false with database\.kind postgresql/],
  [{ existingSecret: 's', config: { CQ_JWT_SECRET: 'x' } }, /config\.CQ_JWT_SECRET is a secret/],
  [
    { existingSecret: 's', config: { CQ_MIGRATE: 'on' } },
    /config\.CQ_MIGRATE must not be set: migration\.mode says it/,
  ],
  [{ existingSecret: 's', config: { CQ_PORT: 1 } }, /config\.CQ_PORT must not be set: the chart sets it/],
  [{ existingSecret: 's', config: { PGPASSWORD: 'x' } }, /PGPASSWORD/],
  [{ existingSecret: 's', preStopSeconds: 30 }, /terminationGracePeriodSeconds must be more than/],
  [{ existingSecret: 's', autoscaling: { enabled: true, cpuUtilization: 0 } }, /nothing to go by/],
  [{ existingSecret: 's', autoscaling: { enabled: true, maxReplicas: 1 } }, /must not be less than/],
  [{ existingSecret: 's', ingress: { enabled: true } }, /ingress\.hosts is empty/],
  [{ existingSecret: 's', gateway: { enabled: true } }, /gateway\.parentRefs is empty/],
  [{ existingSecret: 's', metrics: { enabled: false, serviceMonitor: { enabled: true } } }, /needs metrics\.enabled/],
  [{ existingSecret: 's', metrics: { enabled: false, prometheusRule: { enabled: true } } }, /needs metrics\.enabled/],
  [{ existingSecret: 's', replicas: 3 }, /additional properties 'replicas' not allowed/],
  [{ existingSecret: 's', image: { registry: 'x' } }, /additional properties 'registry' not allowed/],
  [{ existingSecret: 's', database: { kind: 'mysql' } }, /\/database\/kind/],
  [{ existingSecret: 's', replicaCount: 0 }, /\/replicaCount/],
  [{ existingSecret: 's', extraEnv: [{ name: 'CQ_PORT', value: '1' }] }, /extraEnv must not have CQ_PORT/],
  [{ existingSecret: 's', extraEnv: [{ name: 'CQ_JWT_SECRET', value: 'x' }] }, /CQ_JWT_SECRET, which is a secret/],
  [{ existingSecret: 's', extraEnv: [{ name: 'CQ_TRUST_PROXY', value: '2' }] }, /CQ_TRUST_PROXY, and config too/],
  [{ existingSecret: 's', podLabels: { 'app.kubernetes.io/component': 'x' } }, /podLabels must not have app/],
  [{ existingSecret: 's', commonLabels: { 'app.kubernetes.io/name': 'x' } }, /commonLabels must not have app/],
  [{ existingSecret: 's', fullnameOverride: '1cq' }, /A Service cannot be called "1cq"/],
  [{ existingSecret: 's', metrics: { port: 3000 } }, /\/metrics\/port/],
  [{ existingSecret: 's', backup: { schedule: 'daily' } }, /\/backup\/schedule/],
  [{ existingSecret: 's', resources: { limits: { memory: '512mb' } } }, /\/resources\/limits\/memory/],
  [
    { existingSecret: 's', migration: { resources: { requests: { cpu: -1 } } } },
    /\/migration\/resources\/requests\/cpu/,
  ],
  [{ existingSecret: 's', database: { sqlite: { size: '10K' } } }, /\/database\/sqlite\/size/],
] as const)('%j is refused', withHelm, async ([values, message]) => {
  await expect(manifestsOf(values)).rejects.toThrow(message);
});
