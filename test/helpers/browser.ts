import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { Test } from './tap.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * A page of a headless Chromium of this machine: CHROMIUM_PATH, or what the PATH has. Closed when the test ends.
 * Null, with a notice, when there is none: except where tests decide about a release, such a machine may still run
 * the others.
 */
export async function openPage(t: Test): Promise<Page | null> {
  const executablePath = installed();
  if (executablePath === undefined) {
    if (process.env.CI === 'true') throw new Error('Chromium is not installed, and CI=true asks for it');
    const reason =
      'Chromium is neither at CHROMIUM_PATH nor on the PATH: the page is not tested in a browser';
    t.pass('Chromium', { skip: reason });
    return null;
  }
  // Its own sandbox needs rights that a container, or root, has not. It visits nothing but our own page.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  t.teardown(() => browser.close());
  return browser.newPage({ viewport: { width: 1280, height: 1600 } });
}

function installed(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) =>
    existsSync(file),
  );
}
