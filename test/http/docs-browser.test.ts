import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openPage } from '../helpers/browser.ts';
import { checkoutUrl } from '../helpers/checkout.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

/** For a person to look at. Not compared: what is drawn differs a little from one version of a browser to the next. */
const PICTURES = fileURLToPath(new URL('build/docs/', checkoutUrl));

const OPERATION = '#operations-Executing-executeWorkflow';
const LIVENESS_MS = 60_000;

/** Everything that the page asks for, and everything it complains about. */
function watch(page: Page) {
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { requests, complaints };
}

const page = await openPage(t);
if (page !== null) await testPage(page);

async function testPage(page: Page): Promise<void> {
  page.setDefaultTimeout(LIVENESS_MS);
  await mkdir(PICTURES, { recursive: true });
  const { url, adminKey, api } = await startJourney(t);
  const { id } = await api.createWorkflow();
  const { requests, complaints } = watch(page);
  const picture = (name: string) => page.screenshot({ path: `${PICTURES}${name}.png` });

  await t.test('it shows every operation', async (t) => {
    await page.goto(`${url}/docs`);
    await page.locator(OPERATION).waitFor();
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const operations = Object.values(paths).flatMap((path) => Object.keys(path));
    t.equal(await page.locator('.opblock').count(), operations.length);
    await picture('page');
    await page.getByText('All problems', { exact: true }).click();
    await page.getByRole('cell', { name: 'workflow_not_found', exact: true }).waitFor();
    await picture('problems');
    await page.getByText('All problems', { exact: true }).click();
  });

  await t.test('it can be searched', async (t) => {
    const search = page.locator('.operation-filter-input');
    await search.fill('SECRET overlap workflows');
    await page.locator('.opblock').nth(1).waitFor({ state: 'detached' });
    t.equal(await page.locator('.opblock').count(), 1);
    t.match(await page.locator('.opblock').textContent(), '/api/workflows/{id}/webhook/secret');
    await picture('search');
    await search.fill('');
    await page.locator(OPERATION).waitFor();
  });

  await t.test('with a key, trying it out executes a workflow', async (t) => {
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.getByLabel('auth-bearer-value').fill(adminKey);
    await page.getByLabel('Apply credentials').first().click();
    await picture('authorize');
    await page.getByRole('button', { name: 'Close' }).first().click();

    const operation = page.locator(OPERATION);
    await operation.locator('.opblock-summary-control').click();
    await picture('operation');
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByPlaceholder('id', { exact: true }).fill(id);
    await operation.getByRole('button', { name: 'Execute', exact: true }).click();
    const answer = operation.locator('.live-responses-table .response').first();
    await answer.waitFor();
    t.match(await answer.textContent(), /^\s*202/);
    t.match(await answer.textContent(), 'Workflow execution started');
    await operation.getByRole('button', { name: 'Execute', exact: true }).scrollIntoViewIfNeeded();
    await picture('executed');
    const [execution] = await api.executions({ workflowId: id });
    t.match(execution, { triggerType: 'manual', triggeredBy: 'admin' });
  });

  await t.test('nothing was asked of another host, and nothing was amiss', async (t) => {
    t.ok(requests.length > 5);
    for (const request of requests) t.ok(/^data:/.test(request) || new URL(request).origin === url, request);
    t.strictSame(complaints, []);
  });
}
