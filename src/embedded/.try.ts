import { startEmbeddedPostgres } from '/work/main/src/embedded/postgres.ts';
const t0=Date.now();
const pg = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '.hookgate', onProgress: (l) => console.log(Date.now()-t0, l) });
console.log(pg.pid, pg.url.length, pg.settings.shared_buffers);
await pg.stop();
console.log('stopped', Date.now()-t0);
