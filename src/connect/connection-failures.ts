const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'cannot be reached: nothing listens there. Is the server running, and the port right?',
  ENOTFOUND: 'cannot be reached: its name has no address.',
  EAI_AGAIN: 'cannot be reached: no name server answers right now.',
  ECONNRESET: 'closed the connection.',
  UND_ERR_SOCKET: 'closed the connection.',
  ETIMEDOUT: 'does not answer in time.',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer in time.',
  EHOSTUNREACH: 'cannot be reached: there is no way to it in the network.',
  ENETUNREACH: 'cannot be reached: there is no way to it in the network.',
  CERT_HAS_EXPIRED: 'has a certificate (TLS) that has expired.',
  CERT_NOT_YET_VALID: 'has a certificate (TLS) that is not valid yet. Is the clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate (TLS) for another name.',
};

const untrusted = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_UNTRUSTED)$/;

/** Why a request got no answer, as a sentence. */
export function explainFailure(error: unknown, url: URL): string {
  const code = codeOf(error);
  if (untrusted.test(code))
    return `${url} has a certificate (TLS) of an authority that is not known here (${code}). NODE_EXTRA_CA_CERTS names a file with further authorities.`;
  if (/^(EPROTO|ERR_SSL_|ERR_TLS_)/.test(code) && byCode[code] === undefined)
    return `${url} cannot be spoken to by TLS (${code})${code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO' ? ': is it http: instead of https:?' : '.'}`;
  if (code.startsWith('HPE_'))
    return `${url} does not speak HTTP${url.protocol === 'http:' ? ': is it https: instead of http:?' : '.'}`;
  return `${url} ${byCode[code] ?? `cannot be reached${code && ` (${code})`}.`}`;
}

/** The code of an error, or of what it was caused by: of several attempts, that of the first. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return '';
  if (error.cause !== undefined) return codeOf(error.cause);
  return String((error as NodeJS.ErrnoException).code ?? '');
}
