import { Page } from '../../design/page.tsx';

export default function Find(_props: { readonly id?: string; readonly tab?: string | undefined }) {
  return <Page title="Find">Soon.</Page>;
}
