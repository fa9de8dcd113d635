import { describe, expect, it } from 'vitest';
import { parseNodeId } from '../../src/domain/ids.ts';
import { isBlank, lengthOf, normalizeDomains, notBlank } from '../../src/domain/rules.ts';
import { parseTtl } from '../../src/domain/ttl.ts';
import { clientAddress } from '../../src/http/client-address.ts';
import { tokenize } from '../../src/store/sql/search/analyser.ts';

/** Texts of characters that show nothing. */
const blank = [
  ...[
    '',
    ' ',
    '\t\r\n',
    '\u0001',
    '\u007f\u0085',
    '\u00a0',
    '\u00ad',
    '\u034f',
    '\u061c',
    '\u115f\u1160',
    '\u1680',
    '\u17b4',
  ],
  ...[
    '\u180e',
    '\u200b',
    '\u200c\u200d',
    '\u200e \u200f',
    '\u2028\u2029',
    '\u202e',
    '\u2060',
    '\u2064',
    '\u2066\u2069',
  ],
  ...['\u2800', '\u3000', '\u3164', '\ufe00\ufe0f', '\ufeff', '\uffa0', '\ufff9\ufffb', ' \u200b\u3164 '],
];

describe('domains', () => {
  it('are trimmed as Python does it, in lower case, once each, in their first order', () => {
    expect(normalizeDomains([' B ', 'a', 'b', '', ' \t\n', 'A'])).toEqual(['b', 'a']);
    expect(normalizeDomains(['\u001cx\u0085', '\ufeffy', '\u3000z\u2029'])).toEqual(['x', '\ufeffy', 'z']);
    expect(normalizeDomains(['İ', 'ẞ'])).toEqual(['i̇', 'ß']);
  });

  it('are in NFC, and the same once', () => {
    expect(normalizeDomains(['Cafe\u0301', 'café', 'CAFÉ'])).toEqual(['café']);
    expect(normalizeDomains(['\u1112\u1161\u11ab', '한'])).toEqual(['한']);
    expect(normalizeDomains(['\u212a', 'k', '\u212b', 'å', 'a\u030a'])).toEqual(['k', 'å']);
    // compatibility forms look different, and stay so
    expect(normalizeDomains(['ﬁ', 'fi', '２', '2'])).toEqual(['ﬁ', 'fi', '２', '2']);
    for (const once of ['İ', 'A\u0301\u0323', '\u0958', 'ǅ', '\u0344'])
      expect(normalizeDomains(normalizeDomains([once]))).toEqual(normalizeDomains([once]));
  });

  it('that show nothing are none', () => {
    const shown = ['a\u200b', '\u200da', '☃\ufe0f', '\0', '\ud800', '\u0301', '.', '\ue000'];
    expect(normalizeDomains([...blank, ...shown])).toEqual(shown);
    for (const text of blank)
      expect([text, isBlank(text), new RegExp(notBlank, 'u').test(text)]).toEqual([text, true, false]);
    expect(normalizeDomains(['\u{e0041}\u{e007f}', '\u{1d159}', '\u{1bca0}', '\u{16fe4}'])).toEqual([]);
    for (const text of shown) expect([text, isBlank(text)]).toEqual([text, false]);
  });

  it('are measured in code points', () => {
    expect([lengthOf('é'), lengthOf('😀'), lengthOf('e\u0301')]).toEqual([1, 1, 2]);
  });
});

describe('a lifetime', () => {
  it.for([
    ['30d', '30d', 2_592_000],
    [' 12H ', '12h', 43_200],
    ['90m', '90m', 5400],
    ['1s', '1s', 1],
    ['365d', '365d', 31_536_000],
    ['0001d', '0001d', 86_400],
  ] as const)('%j is %s', ([text, ttl, seconds]) => expect(parseTtl(text)).toEqual({ ttl, seconds }));

  it.for([
    ['', 'is required'],
    ['  ', 'is required'],
    ['90x', "'90x' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h"],
    ['P90D', "'P90D' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h"],
    ['1.5h', "'1.5h' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h"],
    ['-1d', "'-1d' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h"],
    ['٣d', "'٣d' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h"],
    ['0d', "'0d': ttl must be greater than zero"],
    ['366d', "'366d' exceeds the maximum of 365d"],
    ['9999999999999999999s', "'9999999999999999999s' exceeds the maximum of 365d"],
    ['0000000000000001d', 'must be at most 16 characters, got 17'],
  ] as const)('%j is refused', ([text, error]) => expect(parseTtl(text)).toEqual({ error }));
});

describe('an id', () => {
  it('says what it names', () => {
    const hex = '0123456789abcdef'.repeat(2);
    expect(parseNodeId(`ku_${hex}`)).toEqual({ type: 'KnowledgeUnit', rest: hex });
    expect(parseNodeId('usr_12')).toEqual({ type: 'User', rest: '12' });
  });

  it.for([
    '',
    'ku_',
    'ku_x',
    `ku_${'A'.repeat(32)}`,
    `ku_${'a'.repeat(33)}`,
    'usr_0',
    'usr_-1',
    'usr_1_2',
    'usr_9999999999999999',
    'constructor_1',
    '__proto___1',
  ])('%j names nothing', (id) => expect(parseNodeId(id)).toBeNull());
});

describe('words', () => {
  it.for([
    ['useEffect', ['useeffect', 'us', 'effect']],
    ['ERR_MODULE_NOT_FOUND', ['errmodulenotfound', 'err', 'modul', 'found']],
    ['os.path.join()', ['ospathjoin', 'os', 'path', 'join']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['Crème brûlée', ['creme', 'brule']],
    ['Ｆｕｌｌ ﬁt', ['full', 'fit']],
    ['the of and', []],
    ['日本語 текст', ['日本', '本語', '日', '本', '語', 'текст']],
    ['a "quoted" *text*: (x)', ['quot', 'text', 'x']],
  ] as const)('of %j are %j', ([text, tokens]) => expect(tokenize(text)).toEqual(tokens));
});

describe('the address of a caller', () => {
  const request = (forwarded?: string) =>
    ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '10.0.0.1' } }) as unknown as Parameters<
      typeof clientAddress
    >[0];

  it.for([
    ['1.1.1.1', 0, '10.0.0.1'],
    ['1.1.1.1', 1, '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1 , 2.2.2.2', 2, '1.1.1.1'],
    ['1.1.1.1', 2, '10.0.0.1'],
    [undefined, 1, '10.0.0.1'],
    ['1.2.3.4:5678', 1, '1.2.3.4'],
    ['"1.2.3.4:5678"', 1, '1.2.3.4'],
    ['::ffff:1.2.3.4', 1, '1.2.3.4'],
    ['::FFFF:102:304', 1, '1.2.3.4'],
    ['[::ffff:1.2.3.4]:443', 1, '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', 1, '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', 1, '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', 1, '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]:443', 1, '2001:db8:1:2::/64'],
    ['"[2001:db8:1:2::9]:443"', 1, '2001:db8:1:2::/64'],
    ['2001:db8:1:3::9', 1, '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 1, 'fe80:0:0:0::/64'],
    ['[fe80::2%25eth0]:1', 1, 'fe80:0:0:0::/64'],
    ['::1', 1, '0:0:0:0::/64'],
    ['unknown', 1, '10.0.0.1'],
    ['_hidden', 1, '10.0.0.1'],
    ['', 1, '10.0.0.1'],
    ['1.1.1.1, ', 1, '10.0.0.1'],
    ['1.2.3', 1, '10.0.0.1'],
    ['0x7f.1', 1, '10.0.0.1'],
    ['010.1.1.1', 1, '10.0.0.1'],
    ['1.2.3.4:', 1, '10.0.0.1'],
    ['[1.2.3.4', 1, '10.0.0.1'],
    [`${'1'.repeat(4000)}.1.1.1`, 1, '10.0.0.1'],
    ['2001:db8::1::2', 1, '10.0.0.1'],
  ] as const)('%j behind %i proxies is %s', ([forwarded, proxies, address]) =>
    expect(clientAddress(request(forwarded), proxies)).toBe(address),
  );
});
