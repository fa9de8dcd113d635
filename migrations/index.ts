import { baseline } from './0001-baseline.ts';
import { stepAside } from './0002-step-aside.ts';
import { relational } from './0003-relational.ts';
import { words } from './0004-words.ts';
import { dropBaseline } from './0005-drop-baseline.ts';

/** Every step from the Python server's schema to ours, in order. A fresh database runs them all. */
export const migrations = [
  { name: '0001-baseline', class: baseline },
  { name: '0002-step-aside', class: stepAside },
  { name: '0003-relational', class: relational },
  { name: '0004-words', class: words },
  { name: '0005-drop-baseline', class: dropBaseline },
];
