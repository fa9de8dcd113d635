import { expect, it } from 'vitest';
import { analyse, tokenize } from '../../src/store/sql/search/analyser.ts';

/** Texts that are one word, in any of the ways in which it is written. */
it.for([
  ['C#', 'c#', 'csharp', 'C♯', 'Ｃ＃'],
  ['C++', 'cpp', 'cxx', 'CPP'],
  ['F#', 'fsharp'],
  ['.NET', 'dotnet', '.Net'],
  ['UTF-8', 'utf8', 'utf_8', 'Utf8', 'utf\u20118'],
  ['timeout', 'time-out', 'timeOut', 'TIME_OUT', 'time\u2010out', 'timeouts'],
  ['Node.js', 'nodejs', 'NodeJS', 'node-js'],
  ['v18.2.0', '18.2.0', 'V18.2.0'],
  ['ERR_MODULE_NOT_FOUND', 'errModuleNotFound', 'err-module-not-found'],
  ['HTTP/2', 'http2', 'HTTP2'],
  ['cooperate', 'co\u00adoperate', 'co\u200boperate', 'co\u2060operate', '\ufeffcooperate', 'c\u034fooperate'],
  ['Straße', 'strasse', 'STRASSE', 'STRAẞE'],
  ['ısı', 'isi', 'ISI', 'İSİ'],
  ['Łódź', 'lodz', 'ŁÓDŹ'],
  ['ΕΛΛΑΔΑΣ', 'ελλάδας', 'ελλαδασ'],
  ['user', "user's", 'user’s', 'users'],
  ['❤️ heart', 'heart', '❤\ufe0f\u200d heart', 'heart\ufe0f'],
  ['１２', '12', '1\ufe0f\u20e32'],
])('%s is written in several ways', ([first = '', ...others]) => {
  const [whole] = tokenize(first);
  expect(whole).toBeDefined();
  expect(others.map((text) => [text, tokenize(text)[0]])).toEqual(others.map((text) => [text, whole]));
});

it.for<[one: string, other: string]>([
  ['C', 'C#'],
  ['C', 'C++'],
  ['C#', 'C++'],
  ['F', 'F#'],
  ['1.23', '12.3'],
  ['3.1.2', '3.12'],
  ['2024-01', '202401'],
])('%s and %s have no token in common but numbers', ([one, other]) => {
  const tokens = new Set(tokenize(one));
  expect(tokenize(other).filter((token) => tokens.has(token) && !/^\d+$/.test(token))).toEqual([]);
  expect(tokenize(one)[0]).not.toBe(tokenize(other)[0]);
});

it.for<[text: string, part: string]>([
  ['python3.12', 'python'],
  ['python3.12', '3.12'],
  ['python3.12', '3'],
  ['Node22', 'node'],
  ['Node22', '22'],
  ['v18.2.0', '18'],
  ['v18.2.0', '18.2'],
  ['.NET', 'net'],
  ['ASP.NET', '.NET'],
  ['.NET8', '.NET'],
  ['C++17', 'c++'],
  ['C#12', 'csharp'],
  ['OAuth2', 'oauth'],
  ['index++', 'index'],
  ['100ms', 'ms'],
  ['/usr/lib/python3.12/site-packages/requests/api.py', 'site-packages'],
  ['/usr/lib/python3.12/site-packages/requests/api.py', 'api.py'],
  ['使用useEffect钩子', 'useEffect'],
  ['使用useEffect钩子', '钩子'],
  ['データベースに接続', 'データ'],
  ['数据库连接超时', '连接'],
  ['数据库连接超时', '库'],
  ['การเชื่อมต่อฐานข้อมูล', 'ฐานข้อมูล'],
  ['데이터베이스를', '데이터베이스'],
  ['JSONом', 'json'],
])('%s holds %s', ([text, part]) => {
  const tokens = tokenize(text);
  const parts = tokenize(part);
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.filter((token) => !tokens.includes(token))).toEqual([]);
});

it.for(["can't", 'can’t', 'don’t', "it's", '\ufe0f', '\u200b', '?!', "isn't", '❤️'])('%s holds no word', (text) =>
  expect(tokenize(text)).toEqual([]),
);

it('a name counts twice what a word does, however many parts it has', () => {
  const weights = (text: string) => analyse(text).flatMap((word) => word.map(({ weight }) => weight));
  expect(weights('DataFrame')).toEqual([1, 0.5, 0.5]);
  expect(weights('dataframe')).toEqual([1]);
});

it('tokens are letters, digits, marks and _, so that both databases keep them whole', () => {
  const everything = Array.from({ length: 0x3000 }, (_, at) => String.fromCodePoint(at)).join('');
  const texts = [everything, [...everything].join(' '), 'C# .NET python3.12 a/b::c 1.2.3 2024-01-15 O’Reilly'];
  for (const text of texts) for (const token of tokenize(text)) expect(token).toMatch(/^[\p{L}\p{N}\p{M}_]+$/u);
});
