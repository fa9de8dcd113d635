import { Page } from '../../design/page.tsx';

export default function Mine(_props: { readonly id?: string; readonly tab?: string | undefined }) {
  return <Page title="Mine">Soon.</Page>;
}
