import { useEffect, useRef } from 'react';
import { signal } from '../design/signal.ts';
import { nameOf } from './key-names.ts';

export type Bindings = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const layers: { readonly current: Bindings }[] = [];
let prefix: { readonly key: string; readonly until: number } | null = null;
const patienceMs = 3000;
const stored = 'cq-single-keys';

/** Whether single letters act; some people dictate, or press keys by mistake. */
export const singleKeys = signal(readSetting());

function readSetting(): boolean {
  return typeof localStorage === 'undefined' || localStorage.getItem(stored) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(stored, on ? 'on' : 'off');
  singleKeys.set(on);
}

const find = (name: string) => layers.findLast(({ current }) => current[name])?.current[name];

function dispatch(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.target as Element | null;
  const name = nameOf(event);
  const isTyping = target?.matches('input, textarea, select, [contenteditable]') ?? false;
  const isSingle = !name.includes('mod+') && name !== 'escape';
  if (isTyping && !target?.matches('input[type=checkbox]') && isSingle) return;
  if (isSingle && target?.closest('[role=dialog], [role=menu]')) return;
  // what has the focus takes these for itself
  if (/^(enter| )$/.test(name) && target?.matches('button, a, input, [role=tab]')) return;
  if (/^(up|down|left|right)$/.test(name) && target?.matches('[role=tab], input')) return;
  if (isSingle && !singleKeys.get() && name.replace('shift+', '').length === 1) return;
  const sequence = prefix && prefix.until > event.timeStamp ? `${prefix.key} ${name}` : name;
  prefix = null;
  const run = find(sequence);
  if (run) {
    event.preventDefault();
    run(event);
    return;
  }
  if (layers.some(({ current }) => Object.keys(current).some((each) => each.startsWith(`${name} `))))
    prefix = { key: name, until: event.timeStamp + patienceMs };
}

/** Lets keys act while the component is there; of several components that bind one, the last. */
export function useKeys(bindings: Bindings, enabled = true): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    if (!enabled) return;
    if (layers.length === 0) window.addEventListener('keydown', dispatch);
    layers.push(latest);
    return () => {
      layers.splice(layers.indexOf(latest), 1);
      if (layers.length === 0) window.removeEventListener('keydown', dispatch);
    };
  }, [enabled]);
}
