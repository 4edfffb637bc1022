import { createHmac } from 'node:crypto';
import { readHeader } from '../request.ts';
import {
  answered,
  echo,
  type Handshake,
  isEchoable,
  isObject,
  json,
  objectWith,
  parseObject,
  refused,
} from './handshake.ts';

/** https://docs.slack.dev/reference/events/url_verification */
export const slack: Handshake = {
  signed: ({ rawBody }) => {
    const body = objectWith('url_verification', rawBody);
    return body?.type === 'url_verification' ? echo('slack', body.challenge) : null;
  },
};

/** https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint */
export const zoom: Handshake = {
  signed: ({ rawBody, secrets, secretIndex }) => {
    const body = objectWith('endpoint.url_validation', rawBody);
    if (body?.event !== 'endpoint.url_validation') return null;
    const plainToken = isObject(body.payload) ? body.payload.plainToken : undefined;
    if (!isEchoable(plainToken)) return refused('malformed_challenge');
    // The one that Zoom signed with, which is not the newest while secrets are changed.
    const secret = secrets[secretIndex]?.secret ?? '';
    if (secret === '') return refused('no_secret');
    const encryptedToken = createHmac('sha256', secret).update(plainToken).digest('hex');
    return json('zoom', { plainToken, encryptedToken });
  },
};

const TWITCH_TYPE = 'twitch-eventsub-message-type';

/**
 * https://dev.twitch.tv/docs/eventsub/handling-webhook-events. The header that says what a message is is not signed,
 * but the body is, and each kind of message has a body of its own.
 */
export const twitch: Handshake = {
  signed: ({ headers, rawBody }) => {
    const type = readHeader(headers, TWITCH_TYPE);
    if (type !== 'webhook_callback_verification' && type !== 'revocation') return null;
    const body = parseObject(rawBody);
    // Whoever replays an event under the name of another kind does not make it vanish.
    if (body === null || 'event' in body || 'events' in body) return null;
    if (type === 'revocation') return answered({ event: 'twitch_revocation', status: 204 });
    return echo('twitch', body.challenge);
  },
};

/** Pings are small, and what is none is parsed again for nothing. */
const MAX_PING_BYTES = 16_384;

/**
 * https://docs.discord.com/developers/events/webhook-events and …/interactions/overview: two kinds of URL, each with
 * a ping of its own. Type 1 is the ping of interactions, and of webhook events it is an event: that one says which.
 */
export const discord: Handshake = {
  signed: ({ rawBody }) => {
    const body = rawBody.length <= MAX_PING_BYTES ? parseObject(rawBody) : null;
    if (body === null || 'event' in body) return null;
    if (body.type === 0) return answered({ event: 'discord', status: 204 });
    return body.type === 1 ? json('discord', { type: 1 }) : null;
  },
};

/**
 * https://developer.xero.com/documentation/guides/webhooks/configuring-your-server#intent-to-receive: what is asked
 * is whether a signature is looked at, so there is nothing to send back, and no body may be.
 */
export const xero: Handshake = {
  signed: ({ rawBody }) => {
    const body = objectWith('"events"', rawBody);
    return Array.isArray(body?.events) && body.events.length === 0 ? answered({ event: 'xero' }) : null;
  },
};
