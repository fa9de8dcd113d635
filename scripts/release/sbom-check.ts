import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { mappedSources } from '../bundle.ts';
import { packagesOf } from '../installed-packages.ts';
import { packagesOfPage, place, type Sbom } from '../sbom.ts';
import { fullName } from './licences.ts';

/**
 * What is wrong with the bill of materials of an installed package: that it is not CycloneDX, or that it lists other packages than the bundle
 * and the page are made of.
 */
export async function sbomProblems(installed: string): Promise<string[]> {
  const own = join(installed, 'node_modules/cq-server');
  const read = (file: string) => readFileSync(join(own, file), 'utf8');
  const text = read('dist/sbom.cdx.json');
  const invalid = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
  if (invalid !== null) return [`it is no valid CycloneDX 1.6: ${JSON.stringify(invalid).slice(0, 1000)}`];

  const sbom: Sbom = JSON.parse(text);
  const { name, version, dependencies } = JSON.parse(read('package.json'));
  const self = sbom.metadata.component;
  const listed = (where: string) =>
    sbom.components
      .filter(({ properties = [] }) => properties.some((each) => each.name === place && each.value === where))
      .map((each) => `${fullName(each)} ${each.version}`);
  const spelled = (each: { name: string; version: string }) => `${each.name} ${each.version}`;
  const page = packagesOfPage(read('dist/dist-web/THIRD-PARTY-LICENSES.md')).map(spelled);
  const needed = Object.entries<string>(dependencies).map(([each, range]) => `${each} ${range}`);
  return [
    ...(self.name === name && self.version === version ? [] : [`it is of ${self.name} ${self.version}`]),
    ...differences('the bundle', listed('bundle'), packagesOf(await mappedSources()).map(spelled)),
    ...differences('the page', listed('page'), page),
    // what these need in turn is there too
    ...differences(
      'the dependencies',
      listed('dependency').filter((each) => needed.includes(each)),
      needed,
    ),
    ...sbom.components.filter(({ hashes }) => !hashes).map((each) => `${fullName(each)} has no digest`),
  ];
}

function differences(where: string, listed: readonly string[], real: readonly string[]): string[] {
  return [
    ...real.filter((each) => !listed.includes(each)).map((each) => `${each} is in ${where} and is not listed`),
    ...listed.filter((each) => !real.includes(each)).map((each) => `${each} is listed and is not in ${where}`),
  ];
}
