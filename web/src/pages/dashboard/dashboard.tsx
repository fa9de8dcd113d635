import { Page } from '../../design/page.tsx';

export default function Dashboard(_props: { readonly id?: string; readonly tab?: string | undefined }) {
  return <Page title="Dashboard">Soon.</Page>;
}
