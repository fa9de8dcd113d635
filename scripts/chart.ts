/**
 * `npm run chart`: makes what is made from the chart and its values: the descriptions in its schema, the table of its README, and
 * the plain manifests in deploy/kubernetes/.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chart, findHelm } from './chart/helm.ts';
import { plainManifests } from './chart/manifests.ts';
import { describedSchema, describedValues, valuesTable } from './chart/values.ts';

const deploy = fileURLToPath(new URL('../deploy/', import.meta.url));

const read = (file: string) => readFileSync(join(chart, file), 'utf8');

/** What is made from the chart's own files, by path. */
export function described(): Map<string, string> {
  const values = describedValues(read('values.yaml'));
  return new Map([
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
  for (const [file, text] of [...described(), ...rendered(helm)]) writeFileSync(file, text);
}
