const names: Record<string, string> = {
  aws: 'an AWS access key',
  github: 'a GitHub token',
  gitlab: 'a GitLab token',
  gcp: 'a Google Cloud key',
  npm: 'an npm token',
  openai: 'an OpenAI key',
  anthropic: 'an Anthropic key',
  privatekey: 'a private key',
  slack: 'a Slack token',
  stripe: 'a Stripe key',
  database: 'a database password',
  databaseconnectionstring: 'a database password',
  basicauth: 'a password in a URL',
};

/** What a kind of secret is called. One that is not known here is named as the server names it. */
export const kindName = (kind: string): string => names[kind.toLowerCase()] ?? `a secret of the kind ${kind}`;
