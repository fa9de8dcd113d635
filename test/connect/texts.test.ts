import fc from 'fast-check';
import { parse as parseJsonc } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { clients } from '../../src/connect/clients.ts';
import { digestOf, type Editor } from '../../src/connect/editor.ts';
import { jsonElement, jsonProperty, withoutEmpty } from '../../src/connect/json-text.ts';
import type { Ledger } from '../../src/connect/ledger.ts';
import { environmentLine } from '../../src/connect/plain-text.ts';
import { planConnect, planUndo } from '../../src/connect/plan.ts';
import { cut, insert, positionOf, UnusableText } from '../../src/connect/text-edits.ts';
import { tomlTable } from '../../src/connect/toml-text.ts';
import { aHome } from './home.ts';

const entry = { type: 'http', url: 'https://cq.example/mcp', headers: { Authorization: 'Bearer x' } };
const server = jsonProperty(['mcpServers', 'cq'], entry);

function added(editor: Editor, text: string) {
  const { insertions, containers } = editor.add(text);
  return { ...insert(text, insertions), containers };
}

/** JSON as people write it: any white space, comments, trailing commas. Each comment is another one. */
const jsonc = (lines: string, strict: boolean): fc.Arbitrary<string> => {
  const space = fc.constantFrom('', ' ', '  ', '\t', lines, `${lines}  `, `${lines}${lines}\t`);
  const comment = fc.nat(1e9).map((id) => (id % 2 ? `/* c${id} { } , */` : `// c${id} " } ,${lines}`));
  const trivia = strict
    ? space
    : fc.tuple(space, fc.option(comment, { nil: '', freq: 3 }), space).map((parts) => parts.join(''));
  const comma = strict ? fc.constant('') : fc.constantFrom('', ',');
  const list = (open: string, items: fc.Arbitrary<string[]>, close: string) =>
    fc.tuple(items, fc.array(trivia, { minLength: 14, maxLength: 14 }), comma).map(([each, gaps, last]) => {
      const parts = each.map((item, index) => `${gaps[2 * index]}${item}${gaps[2 * index + 1]}`);
      return `${open}${parts.join(',')}${each.length > 0 ? last : ''}${gaps[12]}${close}`;
    });
  const member = (value: fc.Arbitrary<string>, name: fc.Arbitrary<string>) =>
    fc.tuple(name, trivia, trivia, value).map(([key, one, two, text]) => `${JSON.stringify(key)}${one}:${two}${text}`);
  const members = (value: fc.Arbitrary<string>, names: fc.Arbitrary<string>) =>
    fc
      .uniqueArray(names, { maxLength: 5 })
      .chain((keys) => fc.tuple(...keys.map((key) => member(value, fc.constant(key)))))
      .map((each) => [...each]);
  const name = fc.constantFrom('a', 'hooks', 'mcpServers x', '{', 'größe', '"', '//');
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom('1', 'null', 'true', '"a, } // b"', '""', '-1.5e3'),
      list('{', members(tie('value'), name), '}'),
      list('[', fc.array(tie('value'), { maxLength: 4 }), ']'),
    ),
  }));
  const servers = list('{', members(value, fc.constantFrom('github', 'db', 'docs')), '}');
  const top = fc
    .tuple(members(value, name), fc.option(member(servers, fc.constant('mcpServers'))), fc.nat(4))
    .map(([others, own, at]) => (own === null ? others : others.toSpliced(at, 0, own)));
  return fc
    .tuple(trivia, list('{', top, '}'), trivia)
    .map((parts) => parts.join(''))
    .map((text) => (text.includes('\u0000') ? '{}' : text));
};

const documents = fc.constantFrom('\n', '\r\n').chain((lines) => jsonc(lines, false));
const plainDocuments = fc.constantFrom('\n', '\r\n').chain((lines) => jsonc(lines, true));
const contentsOf = (text: string) => parseJsonc(text, [], { allowTrailingComma: true });
const comments = (text: string) => text.match(/c\d+ /g) ?? [];

describe('JSON', () => {
  it('is as it was, to the byte, without what was put in', () => {
    fc.assert(
      fc.property(documents, (text) => {
        const { text: longer, ranges } = added(server, text);
        expect(cut(longer, ranges)).toBe(text);
        const others = contentsOf(text);
        expect(contentsOf(longer)).toEqual({ ...others, mcpServers: { ...others.mcpServers, cq: entry } });
      }),
      { numRuns: 400 },
    );
  });

  it('is as it was after it was connected and undone, by the record alone', () => {
    using home = aHome();
    const file = home.file('settings.json');
    const client = clients.find(({ id }) => id === 'gemini');
    const here = { environment: {}, platform: 'linux' as const, home: home.path, folder: home.path };
    const parts = [{ kind: 'none' as const }, { kind: 'variable' as const, variable: 'CQ_API_KEY' }].map(
      (credential) => {
        const connection = { name: 'cq', url: 'https://cq.example/mcp', scope: 'user' as const, credential };
        const all = [...(client?.server(here, connection) ?? []), ...(client?.hooks?.(here, connection) ?? [])];
        return all.map((part) => ({
          ...part,
          file,
          path: part.kind === 'element' ? ['hooks of it', 'SessionStart'] : part.path,
        }));
      },
    );
    fc.assert(
      fc.property(
        documents,
        fc.constantFrom('', '\ufeff'),
        fc.array(fc.nat(1), { minLength: 1, maxLength: 3 }),
        (text, mark, turns) => {
          home.write('settings.json', mark + text);
          let ledger: Ledger = {};
          for (const turn of turns)
            for (const { text: written, layers } of planConnect(parts[turn] ?? [], 'a', ledger, false).changes) {
              home.write('settings.json', mark + written);
              ledger = { [file]: layers };
            }
          const [change] = planUndo(({ by }) => by === 'a', ledger, false).changes;
          expect([change?.file.mark, change?.text]).toEqual([mark, text]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is as it was after several were put in, one after the other', () => {
    const more = [
      server,
      jsonElement(['hooks of it', 'SessionStart'], { command: 'echo' }, () => false),
      jsonProperty(['mcpServers', 'other'], entry),
      jsonProperty(['version'], 1),
    ];
    fc.assert(
      fc.property(documents, fc.shuffledSubarray(more, { minLength: 2 }), (text, editors) => {
        let all = { text, ranges: [] as readonly (readonly [number, number])[] };
        for (const editor of editors) all = insert(all.text, editor.add(all.text).insertions, all.ranges);
        expect(cut(all.text, all.ranges)).toBe(text);
        for (const editor of editors) if (editor !== more[1]) expect(editor.read(all.text)).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what else it says, and every comment, when the entry is taken out by its name', () => {
    fc.assert(
      fc.property(documents, (text) => {
        const { text: longer, containers } = added(server, text);
        // written again by another program, or not
        let rest = server.remove(longer);
        for (const container of containers.toReversed()) rest = withoutEmpty(rest, container);
        expect(contentsOf(rest)).toEqual(contentsOf(text));
        expect(comments(rest)).toEqual(comments(text));
      }),
      { numRuns: 400 },
    );
  });

  it('stays JSON that every program can read, where it was', () => {
    fc.assert(
      fc.property(plainDocuments, (text) => {
        const { text: longer } = added(server, text);
        expect(JSON.parse(longer).mcpServers.cq).toEqual(entry);
        expect(JSON.parse(server.remove(longer))).toEqual({
          ...JSON.parse(text),
          mcpServers: JSON.parse(text).mcpServers ?? {},
        });
      }),
      { numRuns: 200 },
    );
  });

  it.for<readonly [string, string, string]>([
    ['nothing', '', '{\n  "a": {\n    "b": 1\n  }\n}\n'],
    ['an empty object', '{}\n', '{\n  "a": {\n    "b": 1\n  }\n}\n'],
    ['tabs', '{\n\t"x": 1\n}', '{\n\t"x": 1,\n\t"a": {\n\t\t"b": 1\n\t}\n}'],
    ['four spaces', '{\n    "x": 1\n}', '{\n    "x": 1,\n    "a": {\n        "b": 1\n    }\n}'],
    ['CRLF', '{\r\n  "x": 1\r\n}\r\n', '{\r\n  "x": 1,\r\n  "a": {\r\n    "b": 1\r\n  }\r\n}\r\n'],
    ['one line', '{"x":1}', '{"x":1,"a":{"b":1}}'],
    ['one line with spaces', '{ "x": 1 }', '{ "x": 1, "a": { "b": 1 } }'],
    ['an empty container', '{\n  "a": {}\n}', '{\n  "a": {\n    "b": 1\n  }\n}'],
    ['a container on one line', '{\n  "a": { "c": 2 }\n}', '{\n  "a": { "c": 2, "b": 1 }\n}'],
    ['a comma at the end', '{\n  "x": 1, // one\n}', '{\n  "x": 1, // one\n  "a": {\n    "b": 1\n  },\n}'],
    ['a comment at the end', '{\n  "x": 1 // one\n}', '{\n  "x": 1, // one\n  "a": {\n    "b": 1\n  }\n}'],
    ['a comment alone', '// none yet', '// none yet\n{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ])('is written as the rest is: %s', ([, text, expected]) => {
    expect(added(jsonProperty(['a', 'b'], 1), text).text).toBe(expected);
  });

  it.for<readonly [string, string, string]>([
    ['{"a": 1,\n "b"}', '2:5', 'is not valid JSON (ColonExpected)'],
    ['{"a": 1', '1:8', 'is not valid JSON (CloseBraceExpected)'],
    ['[1]', '1:1', 'has no object at its top'],
    ['{\n "mcpServers": []}', '2:16', 'has no object where "cq" belongs'],
    ['{\n "mcpServers": {},\n "mcpServers": {}}', '3:2', 'has "mcpServers" twice'],
  ])('refuses %j', ([text, place, message]) => {
    const refused = errorOf(() => server.read(text));
    expect([positionOf(text, refused.offset), refused.message]).toEqual([place, message]);
  });

  it('refuses what is nested so deep that it cannot be read', () => {
    expect(errorOf(() => server.read(`{"a":${'['.repeat(100_000)}`)).message).toContain('is n');
  });
});

describe('TOML', () => {
  const table = { url: 'https://cq.example/mcp', bearer_token_env_var: 'CQ_API_KEY' };
  const editor = tomlTable('mcp_servers', 'cq', table);

  it.for([
    '',
    '# mine\nmodel = "o"\n',
    'model = "o"',
    'a = """\n[mcp_servers.cq]\n"""\n[mcp_servers.other]\ncommand = "x"\n\n# the end\n',
    'when = 2026-01-01T00:00:00Z\r\nbig = 9007199254740993\r\n[[list]]\r\nx = nan\r\n',
    '[mcp_servers]\n\n[profiles.a]\n',
  ])('is as it was without what was put in: %j', (text) => {
    const { text: longer, ranges } = added(editor, text);
    expect(digestOf(editor.read(longer))).toBe(digestOf(table));
    expect(cut(longer, ranges)).toBe(text);
    expect(longer.startsWith(text)).toBe(true);
    expect(longer.replaceAll('\r\n', '').includes('\r')).toBe(false);
  });

  it('has the table taken out by its name, with those within, wherever it stands', () => {
    const own = '[ mcp_servers . "cq" ] # ours\nurl = "x"\n\n[mcp_servers.cq.tools.query]\napproval_mode = "auto"\n';
    const text = `# top\nmodel = "o"\n\n${own}\n# about b\n[b]\nx = '''\n[mcp_servers.cq]\n'''\n`;
    expect(() => editor.remove(text)).toThrow(UnusableText);
    const plain = `# top\nmodel = "o"\n\n${own}\n# about b\n[b]\nx = 1\n`;
    expect(editor.remove(plain)).toBe('# top\nmodel = "o"\n\n# about b\n[b]\nx = 1\n');
  });

  it.for<readonly [string, string]>([
    ['a = \nb = 1', '1:5'],
    ['[a\n', '1:3'],
    ['mcp_servers = 1', '1:1'],
  ])('refuses to read %j', ([text, place]) => {
    expect(positionOf(text, errorOf(() => editor.read(text)).offset)).toBe(place);
  });

  it('refuses what a table cannot be added to, or be taken out of', () => {
    const inline = 'x = 1\nmcp_servers = { a = { command = "x" }, cq = { url = "y" } }\n';
    expect(errorOf(() => editor.remove(inline)).message).toContain('only a person');
    const others = 'mcp_servers = { a = { command = "x" } }\n';
    expect(errorOf(() => editor.add(others)).message).toContain('cannot be added');
  });
});

describe('lines of variables', () => {
  const editor = environmentLine('CQ_API_KEY', 'new');

  it.for<readonly [string, string | undefined]>([
    ['', undefined],
    ['CQ_API_KEY_OLD=1\n', undefined],
    ['# CQ_API_KEY=x\n', undefined],
    ['export CQ_API_KEY="x y"\nB=2', 'x y'],
    ['CQ_API_KEY=1\r\nCQ_API_KEY = 2\r\n', '2'],
  ])('%j has %j', ([text, value]) => {
    expect(editor.read(text)).toBe(value);
    const { text: longer, ranges } = added(editor, text);
    expect(editor.read(longer)).toBe('new');
    expect(cut(longer, ranges)).toBe(text);
    expect(editor.read(editor.remove(longer))).toBeUndefined();
  });
});

function errorOf(work: () => unknown): UnusableText {
  try {
    work();
  } catch (error) {
    if (error instanceof UnusableText) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
