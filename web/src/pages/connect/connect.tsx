import { Page } from '../../design/page.tsx';

export default function Connect(_props: { readonly id?: string; readonly tab?: string | undefined }) {
  return <Page title="Connect">Soon.</Page>;
}
