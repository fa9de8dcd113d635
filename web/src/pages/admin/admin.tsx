import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { fetched } from '../../design/fetched.ts';
import { Page } from '../../design/page.tsx';
import { Tabs } from '../../design/tabs.tsx';
import { WebhookNotice } from '../webhooks/notice.tsx';
import './admin.css';
import { AllKeys } from './all-keys.tsx';
import { AuditLog } from './audit-log.tsx';
import { Erasures } from './erasures.tsx';
import { People } from './people.tsx';
import { ServerState } from './server-state.tsx';

// wanted by few
const Quarantine = fetched(() => import('../quarantine/quarantine.tsx'));
const Webhooks = fetched(() => import('../webhooks/webhooks.tsx'));

const tabs: readonly { readonly value: string; readonly label: string; readonly content: ReactNode }[] = [
  { value: 'people', label: 'People', content: <People /> },
  { value: 'keys', label: 'Keys', content: <AllKeys /> },
  { value: 'audit', label: 'Audit log', content: <AuditLog /> },
  { value: 'webhooks', label: 'Webhooks', content: <Webhooks /> },
  { value: 'server', label: 'Server', content: <ServerState /> },
  { value: 'quarantine', label: 'Quarantine', content: <Quarantine /> },
  { value: 'erasures', label: 'Erasures', content: <Erasures /> },
];

export default function Admin({ tab }: { readonly tab: string | undefined }) {
  const [, navigate] = useLocation();
  const chosen = tabs.find(({ value }) => value === tab) ?? tabs[0];
  return (
    <Page title="Administration">
      <WebhookNotice />
      <Tabs
        label="What is administered"
        value={chosen?.value ?? 'people'}
        onChange={(value) => navigate(`/admin/${value}`)}
        tabs={tabs}
      >
        {chosen?.content}
      </Tabs>
    </Page>
  );
}
