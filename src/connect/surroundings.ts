import path from 'node:path';

/** Where a command runs: what the configuration of clients depends on. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The home of the person. */
  readonly home: string;
  /** The folder that the command was started in: a project. */
  readonly folder: string;
}

export type Scope = 'user' | 'project';

/** Joins names in the form of the platform. */
export const joinOn = ({ platform }: Pick<Surroundings, 'platform'>, ...names: string[]): string =>
  (platform === 'win32' ? path.win32 : path.posix).join(...names);

/** A folder that a variable names; `~` and the names below where it is not set. Relative ones are below where the command was started. */
export function folderOf(here: Surroundings, variable: string, ...below: string[]): string {
  const value = here.environment[variable];
  if (!value) return joinOn(here, here.home, ...below);
  return (here.platform === 'win32' ? path.win32 : path.posix).resolve(here.folder, value);
}

/** Where `connect` remembers what it has written, and keeps keys for clients that read them from a file. */
export function stateFolder(here: Surroundings): string {
  if (here.platform === 'win32') return joinOn(here, folderOf(here, 'LOCALAPPDATA', 'AppData', 'Local'), 'cq-server');
  return joinOn(here, folderOf(here, 'XDG_STATE_HOME', '.local', 'state'), 'cq-server');
}

/** The folder of VS Code's settings of the person. */
export function vscodeFolder(here: Surroundings): string {
  if (here.platform === 'win32') return joinOn(here, folderOf(here, 'APPDATA', 'AppData', 'Roaming'), 'Code', 'User');
  if (here.platform === 'darwin') return joinOn(here, here.home, 'Library', 'Application Support', 'Code', 'User');
  return joinOn(here, folderOf(here, 'XDG_CONFIG_HOME', '.config'), 'Code', 'User');
}
