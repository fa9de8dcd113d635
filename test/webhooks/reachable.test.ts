import { describe, expect, it } from 'vitest';
import { isReachable, problemOfUrl } from '../../src/webhooks/reachable.ts';

const closed = { http: false, networks: [] };

describe('addresses that webhooks may be sent to', () => {
  it.each([['93.184.215.14'], ['2606:2800:21f:cb07:6820:80da:af6b:8b2c'], ['::ffff:93.184.215.14']])(
    '%s is',
    (address) => expect(isReachable(address, closed)).toBe(true),
  );

  it.each([
    ['127.0.0.1', 'this machine'],
    ['127.8.9.1', 'this machine'],
    ['0.0.0.0', 'this machine'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['169.254.169.254', 'the metadata of a cloud'],
    ['100.64.0.1', 'of a provider'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['198.18.0.1', 'for benchmarks'],
    ['192.0.2.1', 'documentation'],
    ['::1', 'this machine'],
    ['::', 'this machine'],
    ['fe80::1', 'link-local'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'the metadata of a cloud'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['::ffff:127.0.0.1', 'mapped'],
    ['::ffff:a9fe:a9fe', 'mapped'],
    ['::127.0.0.1', 'compatible, which was given up'],
    ['::ffff:0:127.0.0.1', 'translated'],
    ['64:ff9b::127.0.0.1', 'by NAT64'],
    ['64:ff9b:1::1', 'by a local NAT64'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:1::', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['100::1', 'discarded'],
    ['localhost', 'no address'],
    ['', 'no address'],
  ])('%s is not: %s', (address) => expect(isReachable(address, closed)).toBe(false));

  it('may be others that an operator names', () => {
    const open = { http: false, networks: ['10.0.0.0/8', 'fd00::/8'] };
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::1']) expect(isReachable(address, open)).toBe(true);
    for (const address of ['11.0.0.1', '192.168.0.1', 'fc00::1', '127.0.0.1'])
      expect(isReachable(address, open)).toBe(address === '11.0.0.1');
  });
});

describe('URLs of webhooks', () => {
  it.each([
    ['https://hooks.example.com/in?x=1', null],
    ['https://hooks.example.com:8443/', null],
    ['hooks.example.com', /must be a URL such as/],
    ['ftp://hooks.example.com', /must be an https URL, got ftp:/],
    ['http://hooks.example.com', /CQ_WEBHOOK_HTTP=on/],
    ['https://me:secret@hooks.example.com', /must not contain a user/],
    ['https://hooks.example.com/#part', /fragment/],
    ['https://127.0.0.1/', /must not lead to 127\.0\.0\.1/],
    ['https://2130706433/', /must not lead to 127\.0\.0\.1/],
    ['https://0x7f.1/', /must not lead to 127\.0\.0\.1/],
    ['https://[::1]/', /must not lead to ::1/],
    ['https://[::ffff:169.254.169.254]/', /must not lead to/],
  ])('%s: %s', (url, problem) => {
    const said = problemOfUrl(url, closed);
    if (problem === null) expect(said).toBeNull();
    else expect(said).toMatch(problem);
  });

  it('may have http where an operator allows it', () => {
    expect(problemOfUrl('http://hooks.example.com', { http: true, networks: [] })).toBeNull();
    expect(problemOfUrl('http://127.0.0.1:1/', { http: true, networks: ['127.0.0.0/8'] })).toBeNull();
  });
});
