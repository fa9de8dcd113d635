import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

it('each alert says what it means, and has a section in docs/metrics.md that says what to do', () => {
  const { groups } = parse(read('deploy/prometheus/cq-server.rules.yaml')) as { groups: { rules: Alert[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules);
  const [, section = ''] = read('docs/metrics.md').split('\n## Alerts\n');
  expect([...section.matchAll(/^### (\w+)$/gm)].map(([, name]) => name)).toEqual(alerts.map(({ alert }) => alert));
  for (const { alert, labels, annotations, for: pause, ...rest } of alerts) {
    expect(Object.keys(rest), alert).toEqual(['expr']);
    expect(['info', 'warning', 'critical'], alert).toContain(labels.severity);
    if (pause !== undefined) expect(pause).toMatch(/^\d+[mh]$/);
    expect(Object.keys(annotations), alert).toEqual(['summary', 'description', 'runbook']);
    for (const text of [annotations.summary, annotations.description]) expect(text, alert).toMatch(/^[^\s].*\.$/);
    expect(annotations.runbook).toBe(`docs/metrics.md#${alert.toLowerCase()}`);
  }
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

it('the dashboard has panels that cover none of each other, and asks the Prometheus that one picks', () => {
  const { panels, templating } = JSON.parse(read('deploy/grafana/cq-server.json')) as {
    panels: Panel[];
    templating: { list: { name: string }[] };
  };
  expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { title, type, gridPos, datasource, targets = [] } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(x < 24 && !taken.has(`${x} ${y}`), title).toBe(true);
        taken.add(`${x} ${y}`);
      }
    if (type === 'row') continue;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana's
    expect(datasource?.uid, title).toBe('${datasource}');
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr } of targets)
      expect(expr.split('{job=~"$job", instance=~"$instance"').length, expr).toBeGreaterThan(1);
  }
});
