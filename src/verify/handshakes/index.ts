import type { HandshakeName } from '../../domain/providers.ts';
import { awsSns } from './aws-sns.ts';
import { dropbox, meta, okta, xCrc } from './by-get.ts';
import { discord, slack, twitch, xero, zoom } from './by-signed-post.ts';
import { asana, microsoftGraph } from './by-unsigned-post.ts';
import type { Handshake } from './handshake.ts';

export const HANDSHAKES: Readonly<Record<HandshakeName, Handshake>> = {
  slack,
  meta,
  zoom,
  twitch,
  microsoft_graph: microsoftGraph,
  aws_sns: awsSns,
  discord,
  x_crc: xCrc,
  dropbox,
  asana,
  okta,
  xero,
};
