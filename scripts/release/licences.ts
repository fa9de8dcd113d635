import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Component, place, type Sbom } from '../sbom.ts';

/** Licences that ask for no more than to be passed on. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT OR Apache',
  'Unlicense',
];

/** Which components have a licence that is not among those, and which are bundled without theirs being passed on. */
export function licenceProblems(installed: string): string[] {
  const dist = join(installed, 'node_modules/cq-server/dist');
  const read = (file: string) => readFileSync(join(dist, file), 'utf8');
  const { components }: Sbom = JSON.parse(read('sbom.cdx.json'));
  const texts = { bundle: read('THIRD-PARTY-LICENSES.txt'), page: read('dist-web/THIRD-PARTY-LICENSES.md') };
  return components.flatMap((component) => {
    const name = fullName(component);
    const licence = licenceOf(component);
    const unlisted = permissive.includes(licence) ? [] : [`${name} has the licence ${licence}`];
    const passedOn = Object.entries(texts).flatMap(([where, text]) => {
      if (!component.properties?.some((each) => each.name === place && each.value === where)) return [];
      const heading = where === 'bundle' ? `${name} ${component.version} (` : `## ${name} - ${component.version} (`;
      return text.includes(heading) ? [] : [`${name} ${component.version} is in the ${where} without its licence`];
    });
    return [...unlisted, ...passedOn];
  });
}

export const fullName = ({ group, name }: Component) => (group ? `${group}/${name}` : name);

function licenceOf({ licenses = [] }: Component): string {
  const [first] = licenses as { license?: { id?: string; name?: string }; expression?: string }[];
  return first?.expression ?? first?.license?.id ?? first?.license?.name ?? 'none';
}
