import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startServer, type TestServer } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { type Receiver, startReceiver } from '../../webhooks/receiver.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../browser.ts';

describe('webhooks, in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
    server = await startServer({ CQ_WEBHOOK_HTTP: 'on', CQ_WEBHOOK_NETWORKS: '127.0.0.0/8' });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  it('are made, tested, sent again, edited, switched off and on, given another secret, and deleted', async () => {
    const page = await browser.open({ url: server.url, as: 'ann' }, '/admin/webhooks');
    await page.getByRole('heading', { name: 'No webhooks' }).waitFor();
    await page.getByRole('button', { name: 'New webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Flags to us');
    await dialog.getByLabel('URL').fill('http://10.1.2.3/in');
    await dialog.getByLabel('Start from').selectOption('Flags');
    await dialog.getByLabel('Subscription').fill('subscription { nothing }');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByText(/document does not fit the schema: Cannot query field "nothing"/).waitFor();
    expect(await dialog.getByLabel('Subscription').getAttribute('aria-invalid')).toBe('true');
    await dialog.getByText(/^url /).waitFor();
    await dialog.getByLabel('Variables').fill('{');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByText(/variables must be a JSON object/).waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Start from').selectOption('Decisions');
    await dialog.getByLabel('Start from').selectOption('Flags');
    await dialog.getByLabel('URL').fill(receiver.url);
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByText('Copy the secret now').waitFor();
    const secret = await dialog.locator('pre').innerText();
    await dialog.getByRole('button', { name: 'I have copied it' }).click();

    await page.getByRole('heading', { name: 'Flags to us' }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The receiver answered 204').waitFor();
    const [sent] = await receiver.count(1);
    if (!sent) expect.fail('nothing was sent');
    expect(new Verifier(secret).verify(sent.body, sent.headers as Record<string, string>)).toMatchObject({
      type: 'test',
    });
    const table = page.getByRole('table', { name: 'Deliveries' });
    const test = table.getByRole('row', { name: /test/ });
    await test.getByText('delivered').waitFor();
    await expectAccessible(page);

    receiver.answer = (_, response) => response.writeHead(500).end('Out of order');
    const { id } = await server.unit();
    await server.query(
      'mutation ($id: ID!) { flagKnowledgeUnit(input: { id: $id, reason: STALE }) { userErrors { message } } }',
      { id },
      server.people.member.key,
    );
    await receiver.count(2);
    await page.getByRole('button', { name: 'Look again' }).click();
    const flag = table.getByRole('row', { name: /knowledgeEvents/ });
    await flag.getByText('The receiver answered 500').waitFor();
    await flag.getByText('waits').waitFor();
    await flag.getByText('What it said').click();
    await flag.getByText('Out of order').waitFor();
    receiver.answer = (_, response) => response.writeHead(200).end();
    await test.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is sent again').waitFor();
    await test.getByText(/^200/).waitFor();
    await page.getByLabel('State of deliveries').selectOption('SKIPPED');
    await page.getByRole('heading', { name: 'Nothing was sent' }).waitFor();
    await page.waitForURL('**status=SKIPPED');

    const choose = async (name: string) => {
      await page.getByRole('button', { name: 'Actions for Flags to us' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Edit…');
    await dialog.getByRole('radio', { name: 'A message to Slack' }).check();
    await dialog.getByLabel('A lesson was approved').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Flags to us is changed').waitFor();
    await page.getByText('Slack', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('Somebody switched it off.').waitFor();
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('Flags to us is on').waitFor();
    await choose('New secret…');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByText('Copy the secret now').waitFor();
    expect(await dialog.locator('pre').innerText()).not.toBe(secret);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('The secret before signs until').waitFor();
    await choose('Delete…');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No webhooks' }).waitFor();
  });

  it('say on every page of administration that the server has switched one off, and why', async () => {
    const { createWebhook } = await server.query(
      `mutation ($url: String!) { createWebhook(input: { name: "To the team", url: $url, format: TEAMS }) { webhook { id } } }`,
      { url: receiver.url },
      server.people.admin.token,
    );
    const id = createWebhook.webhook.id.slice(4);
    onTestFinished(async () => void (await server.store.webhooks.remove(id)));
    await server.store.webhooks.switchOff(id, new Date(), 'failing');
    const page = await browser.open({ url: server.url, as: 'ann', size: 'phone' }, '/admin');
    await page.getByText('A webhook was switched off, and sends nothing').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'To the team' }).click();
    await page.getByText(/Every attempt has failed for three days/).waitFor();
    await page.getByText('switched off by the server').waitFor();
    await expectAccessible(page);
    const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide).toBeLessThanOrEqual(window ?? 0);
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('To the team is on').waitFor();
  });
});
