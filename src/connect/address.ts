/** The address of MCP at a server; `given` is that of the server, or of its MCP. Throws an `Error` that says what is wrong. */
export function mcpAddress(given: string): URL {
  const url = URL.parse(given);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new Error(
      `It must be an address such as https://cq.example.com, got ${JSON.stringify(given.slice(0, 200))}.`,
    );
  // not repeated: there may be a key in it
  if (url.username || url.password) throw new Error('It must have no name and no password in it.');
  if (url.search || url.hash) throw new Error('It must have no ? and no # in it.');
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/mcp$/, '')}/mcp`;
  return url;
}

/** Whether what is sent to an address can be read on the way: it is not encrypted, and leaves the machine. */
export const isExposed = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
