import { expect, it } from 'vitest';
import { modern, plainRequest } from '../../src/mcp/plain-request.ts';

const envelope = {
  'io.modelcontextprotocol/protocolVersion': modern.revision,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const request = (method: string, params?: object, more: object = {}) => ({
  ...{ jsonrpc: '2.0', id: 1, method },
  ...(params && { params }),
  ...more,
});
const headers = (method: string, name?: string, version: string = modern.revision) => ({
  'mcp-protocol-version': version,
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
});
const status = { name: 'status', arguments: {} };
const of2025 = { 'mcp-protocol-version': '2025-11-25' };

it.for<[string, Record<string, string>, object]>([
  ['legacy', {}, request('tools/call', status)],
  ['legacy', of2025, request('tools/call', status)],
  ['legacy', { ...of2025, 'mcp-name': 'other' }, request('tools/call', status)],
  ['legacy', { 'mcp-protocol-version': '2024-11-05' }, request('tools/list')],
  ['legacy', {}, request('prompts/get', { name: 'nope' }, { id: 'x' })],
  ['legacy', {}, request('ping')],
  ['modern', headers('tools/call', 'status'), request('tools/call', { ...status, _meta: envelope })],
  ['modern', headers('tools/list'), request('tools/list', { _meta: envelope })],
])('is %s with the headers %j: %j', ([era, given, message]) => {
  expect(plainRequest(given, message)?.era).toBe(era);
});

it.for<[string, Record<string, string>, object]>([
  ['leaves state behind', {}, request('initialize', { protocolVersion: '2025-11-25', capabilities: {} })],
  ['is a notification', {}, { jsonrpc: '2.0', method: 'tools/call', params: status }],
  ['cancels', {}, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }],
  ['is a response', {}, { jsonrpc: '2.0', id: 1, result: {} }],
  ['has a method that there is none of', {}, request('toString')],
  ['is no request', {}, request('tools/list', undefined, { jsonrpc: '1.0' })],
  ['has an id that is none', {}, request('tools/list', undefined, { id: 1.5 })],
  ['has more than a request has', {}, request('tools/list', undefined, { more: 1 })],
  ['has a version that is not there', { 'mcp-protocol-version': '1999-01-01' }, request('tools/list')],
  ['has a version that is empty', { 'mcp-protocol-version': '' }, request('tools/list')],
  ['lacks its envelope', headers('tools/list'), request('tools/list')],
  ['lacks its headers', {}, request('tools/list', { _meta: envelope })],
  [
    'has another name in a header',
    headers('tools/call', 'query'),
    request('tools/call', { ...status, _meta: envelope }),
  ],
  ['has no name in a header', headers('tools/call'), request('tools/call', { ...status, _meta: envelope })],
  [
    'has a name in Base64',
    headers('tools/call', '=?base64?cXVlcnk=?='),
    request('tools/call', { ...status, _meta: envelope }),
  ],
  [
    'has a name that is to be decoded',
    headers('tools/call', '=?base64?cXVlcnk=?='),
    request('tools/call', { name: '=?base64?cXVlcnk=?=', _meta: envelope }),
  ],
  ['has another method in a header', headers('tools/call'), request('tools/list', { _meta: envelope })],
  [
    'is of a version to come',
    headers('tools/list', undefined, '2027-01-01'),
    request('tools/list', { _meta: { ...envelope, 'io.modelcontextprotocol/protocolVersion': '2027-01-01' } }),
  ],
])('is none that %s', ([, given, message]) => {
  expect(plainRequest(given, message)).toBeNull();
});
