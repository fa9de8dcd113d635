import { useLocation } from 'wouter';
import { Page } from '../../design/page.tsx';
import { Tabs } from '../../design/tabs.tsx';
import { Keys } from './keys.tsx';
import './mine.css';
import { Password } from './password.tsx';
import { Proposals } from './proposals.tsx';
import { Sessions } from './sessions.tsx';

const tabs = [
  { value: 'proposals', label: 'Proposals', content: <Proposals /> },
  { value: 'keys', label: 'Keys', content: <Keys /> },
  { value: 'sessions', label: 'Sessions', content: <Sessions /> },
  { value: 'password', label: 'Password', content: <Password /> },
];

/** What somebody has put in, and what acts in their name. */
export default function Mine({ tab }: { readonly tab: string | undefined }) {
  const [, navigate] = useLocation();
  const chosen = tabs.find(({ value }) => value === tab) ?? tabs[0];
  return (
    <Page title="Mine" narrow>
      <Tabs
        label="What is mine"
        value={chosen?.value ?? 'proposals'}
        onChange={(value) => navigate(`/mine/${value}`)}
        tabs={tabs}
      >
        {chosen?.content}
      </Tabs>
    </Page>
  );
}
