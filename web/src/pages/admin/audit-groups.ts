interface Group {
  readonly value: string;
  readonly label: string;
  readonly actions: readonly string[];
}

/** Actions that one looks for together; docs/audit.md has all of them. */
export const groups: readonly Group[] = [
  { value: '', label: 'Everything', actions: [] },
  {
    value: 'sign-ins',
    label: 'Signing in',
    actions: [
      'signIn.succeeded',
      'signIn.failed',
      'signIn.refused',
      'session.ended',
      'sessions.ended',
      'password.changed',
      'password.set',
    ],
  },
  {
    value: 'people',
    label: 'People',
    actions: [
      'user.created',
      'user.invited',
      'invitation.accepted',
      'invitation.revoked',
      'user.roleChanged',
      'user.suspended',
      'user.reinstated',
      'user.closed',
      'user.reopened',
      'user.erased',
    ],
  },
  {
    value: 'webhooks',
    label: 'Webhooks',
    actions: [
      'webhook.created',
      'webhook.changed',
      'webhook.switchedOn',
      'webhook.switchedOff',
      'webhook.secretRotated',
      'webhook.tested',
      'webhook.sentAgain',
      'webhook.deleted',
    ],
  },
  { value: 'keys', label: 'Keys', actions: ['apiKey.created', 'apiKey.firstUsed', 'apiKey.revoked'] },
  {
    value: 'decisions',
    label: 'Decisions',
    actions: [
      'unit.approved',
      'unit.rejected',
      'unit.merged',
      'unit.superseded',
      'unit.retired',
      'unit.reinstated',
      'unit.reopened',
      'unit.released',
      'unit.erased',
      'suggestion.rejected',
      'suggestion.reopened',
    ],
  },
  {
    value: 'database',
    label: 'The database',
    actions: [
      'database.adopted',
      'adoption.discarded',
      'database.copied',
      'quarantine.admitted',
      'quarantine.discarded',
      'settings.changed',
      'units.importing',
      'units.imported',
      'units.seeded',
    ],
  },
  { value: 'changes', label: 'Changes of what is said', actions: ['unit.amended', 'unit.revised'] },
];
