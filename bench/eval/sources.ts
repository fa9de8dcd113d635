import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Known-item collections out of documentation in public packages: a question is what a text says of itself, left out of the text. */

/** A text with the question that it answers. */
export interface Item {
  readonly question: string;
  readonly title: string;
  readonly text: string;
}

/** Where a collection comes from: packages of Debian, or arguments of `pip download`. */
export interface Source {
  readonly debian?: readonly string[];
  readonly pypi?: readonly string[];
  /** The items in the folder that the packages were unpacked into. */
  read(folder: string): Item[];
}

export const sources: Readonly<Record<string, Source>> = {
  /** Questions of people about Perl, against the answers. */
  perlfaq: { debian: ['perl-doc'], read: (folder) => filesOf(folder, '**/pod/perlfaq[1-9].pod').flatMap(readFaq) },
  /** What a page of the manual says in one line, against its description. */
  manual: { debian: ['manpages', 'manpages-dev'], read: (folder) => readManual(folder, 'usr/share/man/man*/*.gz') },
  /** The first sentence of a docstring, against the code. */
  functions: {
    pypi: ['networkx==3.3', 'django==5.0.6', 'boltons==24.0.0'],
    read: (folder) => filesOf(folder, '{networkx,django,boltons}/**/*.py').flatMap(readFunctions),
  },
  /** When a linter complains, against the rule's name with a bad and a good example. */
  linter: { pypi: ['--no-binary=pylint', 'pylint==3.2.5'], read: readRules },
  chinese: { debian: ['manpages-zh'], read: (folder) => readManual(folder, 'usr/share/man/zh_CN/man*/*.gz') },
  japanese: { debian: ['manpages-ja'], read: (folder) => readManual(folder, 'usr/share/man/ja/man*/*.gz') },
};

/** Longer texts are cut to this many characters, as long as the detail of a unit may be. */
const maxLength = 8000;

const filesOf = (folder: string, pattern: string) =>
  globSync(pattern, { cwd: folder })
    .toSorted()
    .map((file) => join(folder, file));

const read = (file: string) => readFileSync(file, 'utf8');

function readFaq(file: string): Item[] {
  return read(file)
    .split(/^=head2 /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split(/^=head1/m)[0]?.split('\n') ?? [];
      const plain = (pod: string) => pod.replace(/[A-Z]<+\s?(.*?)\s?>+/g, '$1').replace(/^=\w+/gm, '');
      return { question: plain(heading), title: '', text: plain(lines.join('\n')).trim().slice(0, maxLength) };
    });
}

const nameSection = /^(NAME|名称|名字|名前|NOMBRE)$/;

function readManual(folder: string, pattern: string): Item[] {
  return filesOf(folder, pattern).flatMap((file) => {
    const [, ...sections] = gunzipSync(readFileSync(file))
      .toString('utf8')
      .split(/^\.S[Hh] +/m);
    const parts = sections.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return { heading: heading.replaceAll('"', '').trim(), text: plainText(lines.join('\n')) };
    });
    const [name, question] = parts.find(({ heading }) => nameSection.test(heading))?.text.split(/ [-–—] /) ?? [];
    const text = parts
      .filter(({ heading }) => !nameSection.test(heading))
      .map((part) => part.text)
      .join('\n');
    return name && question ? [{ question: question.trim(), title: name.trim(), text: text.slice(0, maxLength) }] : [];
  });
}

/** The text of a page without the commands of troff. */
const plainText = (page: string) =>
  page
    .replace(/^[.']\\".*$/gm, '')
    .replace(/^[.']\s*(de|ig|if|ie|el|nr|ds|TH|PP|TP|IP|RS|RE|nf|fi|ta|in|ad|na|hy|sp)\b.*$/gm, '')
    .replace(/^\.[A-Z]{1,2} +/gm, '')
    .replace(/\\f(\(..|\[.*?\]|.)/g, '')
    .replace(/\\\((em|en|aq|dq|lq|rq|bu)/g, ' ')
    .replace(/\\([-&,/ |^e]|:)/g, (_, what) => (what === '-' ? '-' : what === 'e' ? '\\' : ''));

const functionWithDocstring =
  /^( *)(?:async )?def (\w+)(\([\s\S]*?\)(?: ->[^:\n]*)?:)\n\s+r?"""\s*([\s\S]*?)"""([\s\S]*?)(?=\n\1?(?:@|def |class |async def |[\w#])|$(?![\s\S]))/gm;

function readFunctions(file: string): Item[] {
  return [...read(file).matchAll(functionWithDocstring)].flatMap(
    ([, , name = '', signature = '', documentation = '', body = '']) => {
      const question =
        documentation
          .split(/\n\s*\n|\.\s/)[0]
          ?.replaceAll(/\s+/g, ' ')
          .trim() ?? '';
      // what says less names nothing
      if (name.startsWith('__') || question.split(' ').length < 4 || body.trim().length < 40) return [];
      return [{ question, title: name, text: `${name}${signature}${body}`.slice(0, maxLength) }];
    },
  );
}

function readRules(folder: string): Item[] {
  const rule = /"[A-Z]\d{4}": \(\s*((?:f?"[^"]*"\s*)+),\s*"([a-z-]+)",\s*((?:f?"[^"]*"\s*)+),/g;
  const examples = Map.groupBy(filesOf(folder, '*/doc/data/messages/*/*/{bad,good}.py'), (file) =>
    basename(dirname(file)),
  );
  return filesOf(folder, '*/pylint/**/*.py').flatMap((file) =>
    [...read(file).matchAll(rule)].map(([, message = '', name = '', description = '']) => {
      const joined = (literals: string) => literals.replace(/"\s*f?"/g, '').replace(/^f?"|"\s*$/g, '');
      const code = (examples.get(name) ?? []).map(read).join('\n');
      return { question: joined(description), title: name, text: `${joined(message)}\n${code}`.slice(0, maxLength) };
    }),
  );
}

/** Unpacks the packages of a source into a folder. */
export function unpack({ debian = [], pypi = [] }: Source, folder: string): void {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (debian.length > 0) run('apt-get', 'download', ...debian);
  for (const file of filesOf(folder, '*.deb')) run('dpkg-deb', '-x', file, folder);
  if (pypi.length > 0) run('pip', 'download', '--no-deps', '-q', ...pypi);
  for (const file of filesOf(folder, '*.whl')) run('unzip', '-qo', file);
  for (const file of filesOf(folder, '*.tar.gz')) run('tar', 'xzf', file);
}
