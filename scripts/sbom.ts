import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstalledPackage } from './installed-packages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A component of CycloneDX, as far as it is used here. */
export interface Component {
  readonly type: string;
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly scope?: 'required' | 'optional';
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly licenses?: readonly object[];
  readonly purl: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: string;
  readonly version: number;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly compositions?: readonly object[];
}

/** Where in the package a component is: `bundle`, `page`, or `dependency`, which npm installs beside it. */
export const place = 'cq:in';

/** Of `package-lock.json`: what is installed at a path, such as `node_modules/pg`. */
interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, Locked>>;

/**
 * The bill of materials of the package, in CycloneDX 1.6: what is bundled in the server, what is bundled in its page, and what npm installs
 * beside it. Of the same contents the same document: there is neither a time nor a random number in it.
 *
 * @param bundled What the bundle is made of.
 * @param pageLicences The text of `dist-web/THIRD-PARTY-LICENSES.md`, which names what the page is made of.
 */
export function sbomOf(bundled: readonly InstalledPackage[], pageLicences: string): Sbom {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const self = component('application', manifest.name, manifest.version, { license: manifest.license });
  const found = [
    ...bundled.map(({ name, version, license, folder }) => {
      const locked = lock[relative(root, folder).replaceAll('\\', '/')];
      return component('library', name, version, { ...locked, license, in: 'bundle' });
    }),
    ...packagesOfPage(pageLicences).map(({ name, version, license }) =>
      component('library', name, version, { ...lockedAs(lock, name, version), license, in: 'page' }),
    ),
    ...dependenciesOf(lock, Object.keys(manifest.dependencies)).map(([name, locked]) =>
      component('library', name, locked.version, { ...locked, in: 'dependency' }),
    ),
  ];
  const components = merged(found);
  // GraphiQL comes in it as one text that was built elsewhere, which says nothing of what is in it
  const opaque = components.filter(({ name }) => name === 'render-graphiql').map((each) => each['bom-ref']);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: self },
    components,
    dependencies: [{ ref: self['bom-ref'], dependsOn: components.map((each) => each['bom-ref']) }],
    ...(opaque.length > 0 && { compositions: [{ aggregate: 'incomplete', assemblies: opaque }] }),
  };
}

/** The packages that Vite lists under headings such as `## react - 19.3.1 (MIT)`. */
export const packagesOfPage = (text: string) =>
  [...text.matchAll(/^## (\S+) - (\S+) \((.+)\)$/gm)].map(([, name = '', version = '', license = '']) => ({
    name,
    version,
    license,
  }));

function component(
  type: string,
  fullName: string,
  version: string,
  about: { license?: string; integrity?: string; optional?: boolean; in?: string },
): Component {
  const [, scope, name = ''] = /^(?:(@[^/]+)\/)?(.+)$/.exec(fullName) ?? [];
  const purl = `pkg:npm/${scope ? `${scope.replace('@', '%40')}/` : ''}${name}@${version}`;
  const [, sha512] = /^sha512-(\S+)/.exec(about.integrity ?? '') ?? [];
  return {
    type,
    'bom-ref': purl,
    ...(scope && { group: scope }),
    name,
    version,
    ...(type === 'library' && { scope: about.optional && about.in === 'dependency' ? 'optional' : 'required' }),
    ...(sha512 && { hashes: [{ alg: 'SHA-512' as const, content: Buffer.from(sha512, 'base64').toString('hex') }] }),
    ...(about.license && { licenses: [licence(about.license)] }),
    purl,
    ...(about.in && { properties: [{ name: place, value: about.in }] }),
  };
}

const licence = (text: string) => {
  // not every package writes an expression of SPDX
  if (/ (OR|AND) Apache$/.test(text)) return { license: { name: text } };
  return / (OR|AND|WITH) /.test(text) ? { expression: text } : { license: { id: text } };
};

/** One component for each package and version, that is in all places where one is. */
function merged(components: readonly Component[]): Component[] {
  const byRef = new Map<string, Component>();
  for (const each of components) {
    const other = byRef.get(each['bom-ref']);
    const properties = [...(other?.properties ?? []), ...(each.properties ?? [])];
    const unique = [...new Map(properties.map((property) => [property.value, property])).values()];
    byRef.set(each['bom-ref'], { ...each, ...other, properties: unique });
  }
  return [...byRef.values()].sort((one, other) => (one.purl < other.purl ? -1 : 1));
}

const lockedAs = (lock: Lock, name: string, version: string) =>
  Object.entries(lock).find(([path, each]) => path.endsWith(`node_modules/${name}`) && each.version === version)?.[1];

/** What npm installs for these names, by the lock file, with what they need in turn. */
function dependenciesOf(lock: Lock, names: readonly string[]): [name: string, locked: Locked][] {
  const found = new Map<string, [string, Locked]>();
  const visit = (name: string, from: string) => {
    const path = installedAt(lock, name, from);
    const locked = path === undefined ? undefined : lock[path];
    if (path === undefined || !locked || found.has(path)) return;
    found.set(path, [name, locked]);
    for (const next of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) visit(next, path);
  };
  for (const name of names) visit(name, '');
  return [...found.values()];
}

/** As Node resolves it: in the package's own folder first, then in those around it. */
function installedAt(lock: Lock, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder}${folder && '/'}node_modules/${name}`;
    if (path in lock) return path;
    if (folder === '') return undefined;
  }
}
