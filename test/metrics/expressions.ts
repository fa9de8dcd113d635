import { parse } from 'yaml';

export interface FoundExpression {
  readonly file: string;
  readonly text: string;
}

const dashboard = 'deploy/grafana/cq-server.json';
const alerts = 'deploy/prometheus/cq-server.rules.yaml';

interface Panel {
  readonly targets?: readonly { readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

/** All expressions of the dashboard and of the alerts, with a value for each variable of Grafana's. */
export function expressionsOf(read: (file: string) => string): FoundExpression[] {
  const { panels } = JSON.parse(read(dashboard)) as { readonly panels: readonly Panel[] };
  const { groups } = parse(read(alerts)) as { groups: { rules: { expr: string }[] }[] };
  return [
    ...panels.flatMap(targetsOf).map((text) => ({ file: dashboard, text: text.replaceAll('$__rate_interval', '5m') })),
    ...groups.flatMap(({ rules }) => rules).map(({ expr }) => ({ file: alerts, text: expr })),
  ];
}

const targetsOf = ({ targets = [], panels = [] }: Panel): string[] => [
  ...targets.map(({ expr }) => expr),
  ...panels.flatMap(targetsOf),
];
