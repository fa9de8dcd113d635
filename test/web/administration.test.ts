import { expect, test } from 'vitest';
import { auditActions } from '../../src/domain/audit.ts';
import { shortDay } from '../../web/src/design/days.ts';
import { groups } from '../../web/src/pages/admin/audit-groups.ts';
import { newPassword } from '../../web/src/pages/admin/new-password.ts';
import { clients, noKey } from '../../web/src/pages/connect/clients.ts';
import { change, figuresOf, firstDay, waitingOf } from '../../web/src/pages/dashboard/trends.ts';
import { programOf } from '../../web/src/pages/mine/program.ts';

test('the groups of the audit log name actions that the server knows', () => {
  for (const action of groups.flatMap(({ actions }) => actions)) expect(Object.keys(auditActions)).toContain(action);
});

test('a first password can be read out, and is another one each time', () => {
  expect(newPassword()).toMatch(/^([a-km-z2-9]{4}-){3}[a-km-z2-9]{4}$/);
  expect(newPassword()).not.toBe(newPassword());
});

test('every client is told the address, and the key where it keeps one', () => {
  for (const { id, text } of clients) {
    const told = text('https://cq.example/below', 'cqa.v1.secret');
    expect(told, id).toContain('https://cq.example/below');
    expect(told.includes('cqa.v1.secret'), id).toBe(id !== 'vscode');
    expect(told, id).not.toContain(noKey);
  }
});

test('a program is named as people name it', () => {
  expect(programOf('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/153.0 Safari/537.36')).toBe(
    'Chrome on Linux',
  );
  expect(programOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605 Version/26 Safari/605')).toBe(
    'Safari on macOS',
  );
  expect([programOf('curl/8.1'), programOf(null)]).toEqual(['curl/8.1', 'unknown']);
});

test('figures are of this week, beside the week before that', () => {
  const days = Array.from({ length: 14 }, (_, index) => ({
    date: String(index),
    proposed: index < 7 ? 1 : 2,
    approved: index < 7 ? 3 : 1,
    rejected: 1,
  }));
  const figures = figuresOf(days);
  expect(figures).toMatchObject({
    today: '13',
    decidedToday: 2,
    decided: { week: 14, before: 28 },
    proposed: { week: 14, before: 7 },
    approved: { week: 7, before: 21 },
    share: { all: { approved: 28, decided: 42 }, week: 50, before: 75 },
  });
  expect(figures.share.line.slice(-7)).toEqual([73, 71, 68, 65, 61, 56, 50]);
  expect(figuresOf([])).toMatchObject({ decidedToday: 0, share: { week: null } });
  // each day of the second week left as many as it found, each of the first three fewer
  expect(waitingOf(days, 5)).toEqual([23, 20, 17, 14, 11, 8, 5, 5, 5, 5, 5, 5, 5, 5]);
  expect([change(3, 3), change(5, 3), change(1, 3, 'a week ago')]).toEqual([
    'as in the week before that',
    '2 more than in the week before that',
    '2 fewer than a week ago',
  ]);
  expect(firstDay(new Date('2026-03-01T12:00:00.000Z'), 30)).toBe('2026-01-31');
  expect(shortDay('2026-11-06', 'en-GB')).toBe('6 Nov');
});
