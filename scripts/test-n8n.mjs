// What `npm run test:n8n` runs: the tests in test/n8n/*.n8n.ts against a real n8n. That is the one N8N_BASE_URL and
// N8N_API_KEY name, else one that this starts in a temporary folder: with N8N_COMMAND, or installed by this (3 GB).
// An argument chooses the files whose name has it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const VERSION = '2.41.1';
/** n8n needs Node 22 or newer, which npx can bring along: what it runs, and installs, then runs on that. */
const WITH_NODE =
  Number(process.versions.node.split('.')[0]) >= 22 ? [] : ['npx', '--yes', '--package=node@24'];
const START_LIMIT_MS = 20 * 60_000;
const OWNER = {
  email: 'owner@example.com',
  firstName: 'Hookgate',
  lastName: 'Test',
  password: 'Only4tests1',
};

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

let owned = null;
try {
  const { N8N_BASE_URL, N8N_API_KEY } = process.env;
  if (Boolean(N8N_BASE_URL) !== Boolean(N8N_API_KEY)) {
    throw new Error('N8N_BASE_URL and N8N_API_KEY are set both or not at all.');
  }
  owned = N8N_BASE_URL ? null : await ownN8n();
  const n8n = owned ?? { baseUrl: N8N_BASE_URL.replace(/\/+$/, ''), apiKey: N8N_API_KEY };
  for (const file of await filesIn('.json')) await importWorkflow(n8n, file);
  process.exitCode = (await runTests(n8n)) ? 0 : 1;
} catch (error) {
  console.error(`\nNOT TESTED AGAINST n8n: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await owned?.remove();
}

async function filesIn(ending) {
  return (await readdir('test/n8n'))
    .filter((file) => file.endsWith(ending))
    .map((file) => `test/n8n/${file}`);
}

async function runTests({ baseUrl, apiKey, controlUrl = '' }) {
  const files = (await filesIn('.n8n.ts')).filter((file) => file.includes(process.argv[2] ?? ''));
  let passed = files.length > 0;
  for (const file of files) {
    const child = spawn(process.execPath, ['--import=tsx', file], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        N8N_BASE_URL: baseUrl,
        N8N_API_KEY: apiKey,
        N8N_CONTROL_URL: controlUrl,
        TAP_TIMEOUT: '900',
      },
    });
    const [code] = await once(child, 'close');
    console.log(`${file}: ${code === 0 ? 'passed' : 'FAILED'}`);
    passed &&= code === 0;
  }
  return passed;
}

/** Puts a workflow into n8n, in place of one of its name, and waits until its webhooks are there. */
async function importWorkflow(n8n, file) {
  const workflow = JSON.parse(await readFile(file, 'utf8'));
  const path = `/api/v1/workflows?name=${encodeURIComponent(workflow.name)}&limit=100`;
  const before = (await must(n8n, 'GET', path)).data.find(({ name }) => name === workflow.name);
  const { id } = before
    ? await must(n8n, 'PUT', `/api/v1/workflows/${before.id}`, workflow)
    : await must(n8n, 'POST', '/api/v1/workflows', workflow);
  await must(n8n, 'POST', `/api/v1/workflows/${id}/activate`);
  const paths = workflow.nodes
    .filter(({ type, parameters }) => type === 'n8n-nodes-base.webhook' && parameters.httpMethod === 'POST')
    .map(({ parameters }) => parameters.path);
  // n8n says that it is active before it is. Asked with GET, a webhook for POST says that it is there, and does not run.
  for (const hook of paths) {
    await until(60_000, `${file} is registered`, async () =>
      (await (await fetch(`${n8n.baseUrl}/webhook/${hook}`)).text()).includes('Did you mean'),
    );
  }
  console.log(`${workflow.name}: active`);
}

async function must({ baseUrl, apiKey }, method, path, body) {
  const response = await fetch(baseUrl + path, {
    method,
    headers: { 'x-n8n-api-key': apiKey, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
}

/** One of our own, in a temporary folder, that tests can stop and start through `controlUrl`. */
async function ownN8n() {
  const command = process.env.N8N_COMMAND?.split(' ') ?? (await installN8n());
  const folder = await mkdtemp(join(tmpdir(), 'hookgate-n8n-'));
  const [port, brokerPort] = [await freePort(), await freePort()];
  const baseUrl = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ...settings(folder, port, brokerPort) };
  let running = null;
  const start = async () => {
    running ??= run(command, env, folder);
    await until(START_LIMIT_MS, 'n8n is ready', async () => {
      if (running === null || running.isOver())
        throw new Error(`n8n ended instead of starting:\n${running?.output() ?? ''}`);
      return isReady(baseUrl);
    });
  };
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  const control = createHttpServer((request, response) => {
    const done = request.url === '/stop' ? stop() : start();
    done.then(
      () => response.end('done'),
      (error) => response.writeHead(500).end(error.message),
    );
  });
  control.requestTimeout = 0;
  control.listen(0, '127.0.0.1');
  await once(control, 'listening');
  const remove = async () => {
    control.close();
    control.closeAllConnections();
    await stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // In a group of its own it does not hear of an interruption.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void remove().finally(() => process.exit(1)));
  }
  try {
    await start();
    const controlUrl = `http://127.0.0.1:${control.address().port}`;
    return { baseUrl, apiKey: await makeKey(baseUrl), controlUrl, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Installs n8n once, beside the packages of this checkout. Returns the command that runs it. */
async function installN8n() {
  const folder = resolve(`node_modules/.cache/n8n-${VERSION}`);
  const program = join(folder, 'node_modules/n8n/bin/n8n');
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    console.log(`Installing n8n ${VERSION} in ${folder}: 3 GB, which takes minutes.`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const manifest = {
      private: true,
      dependencies: { n8n: VERSION },
      // The release after it needs a package that not every registry has.
      overrides: { linkedom: '0.18.13' },
    };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    // Of the packages with something to compile only the database is needed here, and some compile nowhere but online.
    await npm(folder, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    await npm(folder, ['rebuild', 'sqlite3', '--loglevel=error']);
    await writeFile(done, '');
  }
  return [...WITH_NODE, 'node', program];
}

async function npm(cwd, words) {
  const [program, ...args] = [...WITH_NODE, 'npm', ...words];
  const child = spawn(program, args, { cwd, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`n8n was not installed: npm ${words[0]} ended with ${code}.`);
}

/** Starts the program, in a group of its own, because npx starts others. */
function run(command, env, cwd) {
  const [program, ...args] = command;
  console.log(`Starting n8n with "${command.join(' ')} start".`);
  const child = spawn(program, [...args, 'start'], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4_000);
    });
  }
  let isOver = false;
  const ended = once(child, 'close')
    .catch((error) => {
      output += error.message;
    })
    .finally(() => {
      isOver = true;
    });
  const stop = async () => {
    if (!isOver) process.kill(-child.pid, 'SIGTERM');
    // It lets executions end for up to 30 seconds.
    const hanging = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 60_000);
    await ended;
    clearTimeout(hanging);
  };
  return { isOver: () => isOver, output: () => output, stop };
}

/** Everything in its own folder and on this machine, and no calls home. */
function settings(folder, port, brokerPort) {
  return {
    N8N_USER_FOLDER: folder,
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_HOST: '127.0.0.1',
    N8N_PORT: String(port),
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_SECURE_COOKIE: 'false',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_COMMUNITY_PACKAGES_ENABLED: 'false',
    // Small, so that tests reach them.
    N8N_CONCURRENCY_PRODUCTION_LIMIT: '5',
    N8N_PAYLOAD_SIZE_MAX: '1',
    NODE_ENV: 'production',
    // `npm run -s` would have npx keep its reasons to itself.
    npm_config_loglevel: 'error',
  };
}

/** /healthz is 200 before the migrations are done, and /rest answers otherwise until then. */
async function isReady(baseUrl) {
  try {
    const [health, rest] = await Promise.all([
      fetch(`${baseUrl}/healthz/readiness`),
      fetch(`${baseUrl}/rest/settings`),
    ]);
    return health.ok && rest.ok && (await rest.text()).includes('"data"');
  } catch (error) {
    if (error instanceof TypeError) return false; // nobody listens yet
    throw error;
  }
}

/** As somebody does it who opens a new n8n: makes the owner, and a key for the public API. */
async function makeKey(baseUrl) {
  const post = (path, body, cookie) =>
    fetch(baseUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
      body: JSON.stringify(body),
    });
  const owner = await post('/rest/owner/setup', OWNER);
  const cookie = owner.headers
    .getSetCookie()
    .find((value) => value.startsWith('n8n-auth='))
    ?.split(';')[0];
  if (!cookie) throw new Error(`n8n did not take an owner: ${owner.status} ${await owner.text()}`);
  const scopes = (await (await fetch(`${baseUrl}/rest/api-keys/scopes`, { headers: { cookie } })).json())
    .data;
  const key = await post('/rest/api-keys', { label: 'hookgate', scopes, expiresAt: null }, cookie);
  if (!key.ok) throw new Error(`n8n made no API key: ${key.status} ${await key.text()}`);
  return (await key.json()).data.rawApiKey;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function until(limitMs, what, look) {
  const endsAt = Date.now() + limitMs;
  while (!(await look())) {
    if (Date.now() > endsAt) throw new Error(`It did not come to this in ${limitMs / 1_000} s: ${what}.`);
    await sleep(250);
  }
}
