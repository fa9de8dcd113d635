// Completes the bill of materials of an image by what a scanner of images does not see: what is bundled in the server.
//
//   node scripts/release/image-sbom.ts IMAGE.cdx.json PACKAGE.cdx.json     writes the first one anew
import { readFileSync, writeFileSync } from 'node:fs';
import type { Component, Sbom } from '../sbom.ts';

const [, , image = '', ofPackage = ''] = process.argv;
const read = (file: string): Sbom => JSON.parse(readFileSync(file, 'utf8'));
const [scanned, packed] = [read(image), read(ofPackage)];

/** Scanners add qualifiers of their own behind a `?`. */
const plain = ({ purl = '' }: Component) => purl.split('?')[0];
const known = new Set((scanned.components ?? []).map(plain));
const added = packed.components.filter((each) => !known.has(plain(each)));
const server = (scanned.components ?? []).find((each) => plain(each) === packed.metadata.component.purl);
const ref = (server ?? packed.metadata.component)['bom-ref'];
const refs = new Map((scanned.components ?? []).map((each) => [plain(each), each['bom-ref']]));
const components = [...(scanned.components ?? []), ...(server ? [] : [packed.metadata.component]), ...added];
const dependsOn = packed.components.map((each) => refs.get(plain(each)) ?? each['bom-ref']);
const dependencies = [
  ...(scanned.dependencies ?? []).filter((each) => each.ref !== ref),
  { ref, dependsOn: [...new Set(dependsOn)].filter((each) => each !== ref) },
];
const compositions = [...(scanned.compositions ?? []), ...(packed.compositions ?? [])];
writeFileSync(image, JSON.stringify({ ...scanned, components, dependencies, compositions }, null, 1));
console.log(`${image}: ${components.length} components, ${added.length} of them bundled in the server`);
