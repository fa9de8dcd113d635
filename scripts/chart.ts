/**
 * `npm run chart`: makes what is made from the chart and its values: the descriptions in its schema, the table of its README, its
 * copies of the alerts and the dashboard, and the plain manifests in deploy/kubernetes/.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chart, findHelm } from './chart/helm.ts';
import { plainManifests } from './chart/manifests.ts';
import { describedSchema, describedValues, valuesTable } from './chart/values.ts';

const deploy = fileURLToPath(new URL('../deploy/', import.meta.url));

/** Files of others that templates read: Helm reads none outside of the chart. */
const copied = ['prometheus/cq-server.rules.yaml', 'grafana/cq-server.json'];

const read = (file: string) => readFileSync(join(chart, file), 'utf8');

/** What is made from the chart's own files, by path. */
export function described(): Map<string, string> {
  const values = describedValues(read('values.yaml'));
  const copies = copied.map(
    (file) => [join(chart, 'files', basename(file)), readFileSync(join(deploy, file), 'utf8')] as const,
  );
  return new Map([
    ...copies,
    [join(chart, 'values.schema.json'), describedSchema(JSON.parse(read('values.schema.json')), values)],
    [
      join(chart, 'README.md'),
      read('README.md').replace(/(?<=<!-- values -->\n)[\s\S]*(?=<!-- end -->)/, `\n${valuesTable(values)}\n\n`),
    ],
  ]);
}

/** The plain manifests, by path. */
export function rendered(helm: string): Map<string, string> {
  return new Map([...plainManifests(helm)].map(([name, text]) => [join(deploy, 'kubernetes', name), text]));
}

if (import.meta.main) {
  const helm = findHelm();
  if (helm === null) throw new Error('there is no helm on the PATH: see https://helm.sh/docs/intro/install');
  mkdirSync(join(chart, 'files'), { recursive: true });
  for (const [file, text] of [...described(), ...rendered(helm)]) writeFileSync(file, text);
}
