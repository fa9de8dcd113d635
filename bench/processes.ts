import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What Linux says of processes; of none elsewhere. */

export function processIds(): string[] {
  return existing('/proc').filter((id) => /^\d+$/.test(id));
}

export const commandOf = (id: string) => text(`/proc/${id}/cmdline`);

/** Processor time so far of all its threads that are there, in microseconds. */
export function processorTime(id: string): number {
  const threads = existing(`/proc/${id}/task`);
  // the first number of `schedstat`, in nanoseconds
  const each = threads.map((thread) => Number(text(`/proc/${id}/task/${thread}/schedstat`).split(' ')[0]) / 1000);
  return each.reduce((sum, time) => sum + time, 0);
}

/** The processes that listen on a TCP port of this machine, as far as the caller may know. */
export function listenersOn(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) => text(table).split('\n'))
    .map((line) => line.trim().split(/\s+/))
    // the state 0A is that of a listener
    .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A')
    .map((fields) => `socket:[${fields[9]}]`);
  if (sockets.length === 0) return [];
  return processIds().filter((id) =>
    existing(`/proc/${id}/fd`).some((fd) => sockets.includes(target(`/proc/${id}/fd/${fd}`))),
  );
}

function existing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
