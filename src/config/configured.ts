import type { Environment } from './value-schemas.ts';

/** The variables of this server, wherever they were given. */
export interface Configured {
  /** All of them: those of the environment, and those of a file that it does not replace. */
  readonly environment: Environment;
  /** Where those of a file stand, such as `cq.yaml, line 3`. */
  readonly origins: ReadonlyMap<string, string>;
  /** Where those stand in the file that the environment replaces. */
  readonly replaced: ReadonlyMap<string, string>;
  /** About the file, without values of secrets. */
  readonly warnings: readonly string[];
}

/** Those of the environment alone. */
export const ofEnvironment = (environment: Environment): Configured => ({
  environment,
  origins: new Map(),
  replaced: new Map(),
  warnings: [],
});

/** Where each of `names` was given that is set: in the environment, or at a line of the file. */
export function sourcesOf(
  names: readonly string[],
  { environment, origins, replaced }: Configured,
): Readonly<Record<string, string>> {
  const set = names.filter((name) => environment[name] !== undefined && environment[name] !== '');
  return Object.fromEntries(
    set.map((name) => {
      const inFile = replaced.get(name);
      return [name, origins.get(name) ?? (inFile === undefined ? 'environment' : `environment, before ${inFile}`)];
    }),
  );
}
