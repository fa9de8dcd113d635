/** A manifest: an object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: what is in a manifest is what the tests are about
  readonly [key: string]: any;
}

/** Where the schemas of API groups are that are no part of Kubernetes. */
const elsewhere: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io/v1': '@kubernetes-models/gateway-api/',
  'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/',
};

/** What Kubernetes' own schemas (of its OpenAPI document and custom resource definitions) have against a manifest, unknown fields included. */
export async function problemsOf(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind } = manifest;
  const path = `${elsewhere[apiVersion] ?? 'kubernetes-models/'}${apiVersion}/${kind}`;
  const { [kind]: Model } = await import(path);
  const read = new Set<string>();
  try {
    // not constructed: a model copies what it is given, and so reads all of it
    Model.prototype.validate.call(watched(manifest, '', read));
  } catch (error) {
    return [`${kind} ${manifest.metadata?.name}: ${(error as Error).message}`];
  }
  return unread(manifest, '', read).map((field) => `${kind} ${manifest.metadata?.name}: ${field} is no field`);
}

/** The validators know no `additionalProperties: false`, but look at known fields only: what they have never read is unknown. */
function watched<T extends object>(value: T, path: string, read: Set<string>): T {
  return new Proxy(value, {
    get(target, key) {
      const found = Reflect.get(target, key);
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return found;
      const inner = path === '' ? key : `${path}.${key}`;
      read.add(inner);
      return typeof found === 'object' && found !== null ? watched(found, inner, read) : found;
    },
  });
}

function unread(value: unknown, path: string, read: ReadonlySet<string>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return read.has(at) ? unread(inner, at, read) : [at];
  });
}
