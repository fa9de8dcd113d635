import { isMap, isScalar, isSeq, type Node, parseAllDocuments, type YAMLMap } from 'yaml';
import { renderSync } from './helm.ts';

/** The values of the plain manifests: names that docs/deployment.md makes Secrets of. */
const values = ['existingSecret=cq-server', 'database.tlsSecret=cq-database-tls'];

/** What only says that Helm manages something. The instance is no part of what selects: it cannot be changed where they were applied before. */
const ofHelm = /^(helm\.sh\/.*|app\.kubernetes\.io\/(instance|managed-by|version))$/;

const note = ' Made from the chart in deploy/helm by `npm run chart`: change that.';

/** The plain manifests, by the name of their file. */
export function plainManifests(helm: string): Map<string, string> {
  const files = new Map<string, string>();
  const text = renderSync(
    helm,
    values.flatMap((value) => ['--set', value]),
  );
  for (const part of text.split(/^---$/m)) {
    const [, name] = /^# Source: cq-server\/templates\/([\w-]+\.yaml)$/m.exec(part) ?? [];
    if (name === undefined) continue;
    const [document] = parseAllDocuments(part.replace(/^# Source: .*$/m, ''));
    if (!document || !isMap(document.contents)) throw new Error(`${name} is no YAML that can be read`);
    if (isMap(document.get('metadata')) && isTest(document.get('metadata') as YAMLMap)) continue;
    removeHelm(document.contents);
    document.commentBefore = [note, document.commentBefore].filter(Boolean).join('\n');
    files.set(
      name,
      document.toString({ lineWidth: 0, flowCollectionPadding: false, singleQuote: true }).replace(/^\n+/, ''),
    );
  }
  return files;
}

const isTest = (metadata: YAMLMap): boolean => metadata.getIn(['annotations', 'helm.sh/hook']) === 'test';

function removeHelm(node: Node | unknown): void {
  if (isSeq(node)) for (const item of node.items) removeHelm(item);
  if (!isMap(node)) return;
  for (const { key, value } of [...node.items]) {
    if (isScalar(key) && ofHelm.test(String(key.value))) node.delete(key);
    else removeHelm(value);
    if (isScalar(key) && key.value === 'annotations' && isMap(value) && value.items.length === 0) node.delete(key);
  }
}
