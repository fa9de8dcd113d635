import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startServer, type TestServer } from '../../harness.ts';
import { lacks, unless } from '../../left-out.ts';
import { keepInQuarantine } from '../../store/conformance/quarantine.ts';
import { expectAccessible, hasBrowser, useBrowser } from '../browser.ts';

describe('what is one’s own, and administration, in a browser', unless(!hasBrowser(), lacks.browser), () => {
  const browser = useBrowser();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const whoAmI = (key: string) => server.send({ query: '{ viewer { user { username } } }' }, key);

  it('makes a key that is shown once and works until it is revoked', async () => {
    const page = await browser.open({ url: server.url, as: 'mia' }, '/mine/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('laptop');
    await page.getByRole('button', { name: 'Make it' }).click();
    const secret = await page.getByRole('dialog').locator('pre').innerText();
    expect((await whoAmI(secret)).body.data.viewer.user.username).toBe('mia');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain(secret);
    const row = page.getByRole('row', { name: /laptop/ });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('laptop does not work any more').waitFor();
    expect((await whoAmI(secret)).status).toBe(401);
  });

  it('connects an agent, and says when the first call has come', async () => {
    const page = await browser.open({ url: server.url, as: 'mia' }, '/connect?with=curl');
    await page.getByRole('button', { name: 'Make a key for curl' }).click();
    await page.getByText('Waiting for the first call…').waitFor();
    const command = await page.locator('pre').last().innerText();
    expect(command).toContain(`${server.url}/graphql`);
    const [key = ''] = /cqa\.v1\.[\w.]+/.exec(command) ?? [];
    await whoAmI(key);
    await page.getByText(/Connected: curl called/).waitFor();
    await page.getByLabel('VS Code').check();
    await expect.poll(() => page.locator('pre').last().innerText()).toContain(`${server.url}/mcp`);
  });

  it('has few rows of a long audit log in the page, and reaches its end', async () => {
    const target = 'usr_long';
    const entry = {
      action: 'apiKey.created',
      actorKind: 'operator',
      actorId: null,
      keyId: null,
      address: null,
    } as const;
    for (let index = 1; index <= 350; index++)
      await server.store.audit.record({ ...entry, at: new Date(Date.now() - index * 1000), target, details: null });
    const page = await browser.open({ url: server.url, as: 'ann' }, `/admin/audit?target=${target}`);
    await page.getByText('350 entries').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    const table = page.getByRole('table', { name: 'Audit log' });
    const last = async () => {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      return table
        .locator('[aria-rowindex]')
        .evaluateAll((rows) => Math.max(0, ...rows.map((row) => Number(row.getAttribute('aria-rowindex')))));
    };
    await expect.poll(last).toBe(351);
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('351');
    await expectAccessible(page);
    await page.evaluate(() => scrollTo(0, 0));
    await table.locator('[aria-rowindex="2"]').waitFor();
    expect(await table.getByRole('row').count()).toBeLessThan(80);
  });

  it('lists sessions and ends one', async () => {
    const other = await browser.open({ url: server.url, as: 'mia', tolerate: /401/ }, '/mine/sessions');
    await other.getByText('this one').waitFor();
    const page = await browser.open({ url: server.url, as: 'mia' }, '/mine/sessions');
    await page.getByText('this one').waitFor();
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByText(/other sessions? ended/).waitFor();
    await other.reload();
    await other.getByLabel('Password').waitFor();
  });

  it('shows what became of a proposal, with the note', async () => {
    const unit = await server.unit({ status: 'pending', insight: { summary: 'Mine to see' } });
    await server.query(
      `mutation ($id: ID!) { rejectKnowledgeUnit(input: { id: $id, note: "Say which version." }) { userErrors { message } } }`,
      { id: unit.id },
      server.people.reviewer.token,
    );
    const page = await browser.open({ url: server.url, as: 'mia' }, '/mine');
    const row = page.getByRole('listitem').filter({ hasText: 'Mine to see' });
    await row.getByText('Rejected').waitFor();
    await row.getByText('“Say which version.”').waitFor();
  });

  it('invites somebody by a link that works once, and revokes another one', async () => {
    const page = await browser.open({ url: server.url, as: 'ann' }, '/admin');
    const invite = async (name: string, role: string) => {
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByLabel('Role').selectOption(role);
      await dialog.getByRole('button', { name: 'Make the link' }).click();
      const link = await dialog.locator('pre').innerText();
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await page
        .getByRole('row', { name })
        .getByText(/^in [67] d$/)
        .waitFor();
      expect(await page.content()).not.toContain(link);
      return link;
    };
    const [link, other] = [await invite('Ina', 'REVIEWER'), await invite('Otto', 'MEMBER')];
    await expectAccessible(page);
    const told: string[] = [];
    const guest = await browser.open({ url: server.url, size: 'phone' });
    guest.on('request', (request) => told.push(request.url(), request.headers().referer ?? ''));
    await guest.goto(link);
    await guest.getByRole('heading', { name: 'You are invited' }).waitFor();
    expect(await guest.getByLabel('Name').inputValue()).toBe('Ina');
    await expectAccessible(guest);
    await guest.getByLabel('Name').fill('ann');
    await guest.getByLabel('Password').fill('correct horse');
    await guest.getByRole('button', { name: 'Open my account' }).click();
    await guest.getByText('The user name "ann" is taken.').waitFor();
    await guest.getByLabel('Name').fill('Ina M');
    await guest.getByRole('button', { name: 'Open my account' }).click();
    await guest.waitForURL('**/review');
    await guest.getByRole('button', { name: 'Account of Ina M' }).waitFor();
    const [, token = ''] = link.split('#');
    expect(told.filter((address) => address.includes(token) || address.includes(token.slice(-52)))).toEqual([]);
    await page.getByRole('button', { name: 'Revoke the invitation of Otto' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The link does not work any more').waitFor();
    for (const used of [link, other]) {
      const late = await browser.open({ url: server.url });
      await late.goto(used);
      await late.getByRole('heading', { name: 'This invitation cannot be used' }).waitFor();
    }
  });

  it('repairs what is in quarantine, and discards what cannot be', async () => {
    const insight = { summary: 'Kept in quarantine', detail: 'd', action: 'a' };
    const id = `ku_${'8'.repeat(32)}`;
    const data = JSON.stringify({ id, domains: ['api'], insight, evidence: { confidence: 1.2 } });
    const at = { created_at: '2026-01-01T00:00:00Z', reviewed_by: null, reviewed_at: null };
    const row = JSON.stringify({ id, status: 'pending', data, ...at });
    await keepInQuarantine(server.store, row, { sourceId: id, reason: 'confidence is 1.2' });
    await keepInQuarantine(server.store, '{"username":"eve"}', { source: 'users', sourceId: '7' });
    const page = await browser.open({ url: server.url, as: 'ann' }, '/admin/quarantine');
    await page.getByText('2 rows').waitFor();
    await expectAccessible(page);
    const unit = page.getByRole('row', { name: /confidence is 1.2/ });
    await unit.getByRole('button', { name: 'Repair…' }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('The row, as JSON');
    await dialog.getByRole('button', { name: 'Make a lesson of it' }).click();
    await dialog.getByText(/The row cannot be read as a unit: .*confidence/).waitFor();
    await expectAccessible(page);
    await field.fill((await field.inputValue()).replace('1.2', '0.9'));
    await dialog.getByRole('button', { name: 'Make a lesson of it' }).click();
    await page.getByText('It is a lesson now, pending').waitFor();
    await page.getByRole('row', { name: /users/ }).getByRole('button', { name: 'Discard…' }).click();
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('heading', { name: 'Nothing is in quarantine' }).waitFor();
    await page.getByRole('button', { name: 'Open' }).click();
    await page.waitForURL(`**/units/${id}`);
  });

  it('says how the server is set up, and has one parked unit tried again', async () => {
    const { id } = await server.unit({ insight: { summary: 'Cannot be embedded' } });
    const page = await browser.open({ url: server.url, as: 'ann' });
    const parked = { unit: { __typename: 'KnowledgeUnit', id, insight: { __typename: 'Insight', summary: 'Parked' } } };
    const model = {
      ...{ __typename: 'EmbeddingModel', provider: 'openai', name: 'a model', dimensions: 3, state: 'BUILDING' },
      ...{ done: 5, waiting: 2, parked: 1, lastError: 'too long', indexProblem: null },
      parkedUnits: [{ __typename: 'ParkedUnit', attempts: 7, lastError: 'too long', ...parked }],
    };
    // as a server with a model answers, which takes an embedding service
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('query Server')) return route.continue();
      const response = await route.fetch();
      const body = await response.json();
      if (body.data?.embeddingStatus) body.data.embeddingStatus.models = [model];
      await route.fulfill({ response, json: body });
    });
    await page.goto(`${server.url}/admin/server`);
    await page.getByText('5 done, 2 waiting, 1 parked').waitFor();
    await page.getByRole('row', { name: /CQ_REPEAT_CHECK off/ }).waitFor();
    await page
      .getByText(inject('serversOn') === 'sqlite' ? /SQLite/ : /PostgreSQL/)
      .first()
      .waitFor();
    await expectAccessible(page);
    const asked = page.waitForRequest((request) => request.postData()?.includes('retryEmbeddings') === true);
    await page.getByRole('button', { name: 'Try again: Parked' }).click();
    expect(JSON.parse((await asked).postData() ?? '').variables).toEqual({ input: { unitId: id } });
  });

  it('opens an account, gives it a role, and suspends it', async () => {
    const page = await browser.open({ url: server.url, as: 'ann' }, '/admin');
    await page.getByRole('button', { name: 'New account' }).click();
    await page.getByLabel('Name').fill('newcomer');
    await page.getByRole('button', { name: 'Open the account' }).click();
    const password = await page.getByRole('dialog').locator('pre').innerText();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const row = page.getByRole('row', { name: /newcomer/ });
    await row.getByLabel('Role of newcomer').selectOption('reviewer');
    await page.getByText('newcomer is a reviewer now').waitFor();
    const signIn = () =>
      server.query(`mutation ($input: SignInInput!) { signIn(input: $input) { token userErrors { message } } }`, {
        input: { username: 'newcomer', password },
      });
    expect((await signIn()).signIn.token).toBeTruthy();
    await row.getByRole('button', { name: 'Actions for newcomer' }).click();
    await page.getByRole('menuitem', { name: 'Suspend…' }).click();
    await page.getByLabel('Why').fill('Away.');
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await row.getByText('suspended').waitFor();
    expect((await signIn()).signIn.token).toBeNull();
    await page.goto(`${server.url}/admin/audit?about=people`);
    await page.getByText('user.suspended').waitFor();
  });

  it('erases a person with a reason and the name typed, and lists all erasures page by page', async () => {
    await server.addPerson('gone', 'member');
    await server.store.backups.record({ place: '/srv/backup.db', madeAt: server.store.now() }, 9);
    const erasedAt = server.store.now();
    for (let count = 0; count < 51; count++) {
      const { id } = await server.unit();
      await server.store.erasures.erase(id, { erasedAt, erasedBy: null, reason: 'It had a key of ours.' });
    }
    const page = await browser.open({ url: server.url, as: 'ann' }, '/admin');
    const row = page.getByRole('row', { name: /^gone/ });
    await row.getByRole('button', { name: 'Actions for gone' }).click();
    await page.getByRole('menuitem', { name: 'Erase for good…' }).click();
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase for good' });
    await dialog.getByText('What stays', { exact: true }).waitFor();
    await dialog.getByLabel('Why').fill('They, gone, asked for it.');
    await dialog.getByLabel('Type the name').fill('Gone');
    await expect.poll(() => erase.isDisabled()).toBe(true);
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expectAccessible(page);
    }
    await dialog.getByLabel('Type the name').fill('gone');
    await erase.click();
    await dialog.getByText(/must not name the person/).waitFor();
    expect(await server.store.users.findByName('gone')).not.toBeNull();
    await dialog.getByLabel('Why').fill('They asked for it.');
    await erase.click();
    await page.getByRole('dialog', { name: 'Copies that may still have gone' }).getByText('/srv/backup.db').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await row.waitFor({ state: 'detached' });
    expect(await server.store.users.findByName('gone')).toBeNull();
    await page.getByRole('tab', { name: 'Erasures' }).click();
    const people = page.getByRole('region', { name: /^People 1$/ });
    await people.getByText('They asked for it.').waitFor();
    await people.getByText(/^\[erased /).waitFor();
    const lessons = page.getByRole('region', { name: /^Lessons 51$/ });
    await lessons.getByRole('button', { name: /more/i }).click();
    await expect.poll(() => lessons.getByRole('row').count()).toBe(52);
    await expectAccessible(page);
  });
});
