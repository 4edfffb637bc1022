import { createHmac } from 'node:crypto';
import { readHeader } from '../request.ts';
import { echo, type Handshake, isEchoable, isSame, json, parameter, queryOf, refused } from './handshake.ts';

/** https://developers.facebook.com/docs/graph-api/webhooks/getting-started: the verify token is ours, and secret. */
export const meta: Handshake = {
  get: (question) => {
    const query = queryOf(question);
    if (!query.has('hub.mode') && !query.has('hub.challenge')) return null;
    const { verifyToken } = question;
    if (verifyToken === null) return refused('verify_token_unset');
    const token = parameter(query, 'hub.verify_token');
    if (typeof token !== 'string' || !isSame(token, verifyToken)) return refused('verify_token_mismatch');
    if (parameter(query, 'hub.mode') !== 'subscribe') return refused('malformed_challenge');
    return echo('meta', parameter(query, 'hub.challenge'));
  },
};

/** https://www.dropbox.com/developers/reference/webhooks */
export const dropbox: Handshake = {
  get: (question) => {
    const query = queryOf(question);
    return query.has('challenge') ? echo('dropbox', parameter(query, 'challenge')) : null;
  },
};

const OKTA_HEADER = 'x-okta-verification-challenge';

/** https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request */
export const okta: Handshake = {
  get: ({ headers }) => {
    const challenge = readHeader(headers, OKTA_HEADER);
    if (challenge === undefined) return null;
    return isEchoable(challenge) ? json('okta', { verification: challenge }) : refused('malformed_challenge');
  },
};

/** What X's tokens are made of, which is no JSON object. */
const CRC_TOKEN = /^[A-Za-z0-9+/._~-]{1,256}={0,2}$/;

/**
 * https://docs.x.com/x-api/webhooks/introduction. Whoever asks gets the token signed with the key, and in the same
 * way, that X signs webhooks with: a token that can be a webhook would let anybody forge one. So tokens are plain
 * words, and a webhook that is a plain word, or nothing, is refused, however well it is signed.
 */
export const xCrc: Handshake = {
  get: (question) => {
    const query = queryOf(question);
    if (!query.has('crc_token')) return null;
    const token = parameter(query, 'crc_token');
    if (typeof token !== 'string' || !CRC_TOKEN.test(token)) return refused('malformed_challenge');
    const live = question.secrets.find(({ secret, expiresAt }) =>
      isUsable(secret, expiresAt, question.nowMs),
    );
    if (live === undefined) return refused('no_secret');
    const hash = createHmac('sha256', live.secret).update(token).digest('base64');
    return json('x_crc', { response_token: `sha256=${hash}` });
  },
  objection: ({ rawBody }) => {
    if (rawBody.length > 300) return null;
    const text = rawBody.toString('latin1');
    return text === '' || CRC_TOKEN.test(text) ? 'signature_mismatch' : null;
  },
};

const isUsable = (secret: string, expiresAt: number | null, nowMs: number): boolean =>
  secret !== '' && (expiresAt === null || nowMs < expiresAt);
