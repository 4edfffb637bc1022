import { killUnderLoad } from '../fault/killing.ts';
import t from '../helpers/tap.ts';

const HOUR_MS = 3_600_000;
t.setTimeout(HOUR_MS);

const KILLS = Number(process.env.SOAK_KILLS ?? 60);

t.test(`everything killed ${KILLS} times under load, in one data folder`, (t) =>
  killUnderLoad(t, { kills: KILLS, senders: 200, held: 5 }),
);
