import type { HandshakeName } from '../../domain/providers.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import type { Success } from '../../domain/webhook-config.ts';

/** The schemes that no description says. */
export type CodedScheme = 'twilio' | 'adyen_standard' | 'aws_sns';

/** All that is known of a sender: how it signs, and what else it needs. */
export interface Preset {
  title: string;
  scheme: SignatureDescription | CodedScheme;
  secret: {
    /** Who makes it: the operator, or the sender; or no secret at all but the sender's public key. */
    kind: 'chosen' | 'given' | 'public_key';
    /** What to paste where, both ways. */
    paste: string;
  };
  /** How old or how far ahead a request may be; null: it is not limited. */
  toleranceSeconds: number | null;
  /** Where the id is that a retry repeats, as `compileEventField` reads it; null: there is none. */
  eventId: string | null;
  eventType: string | null;
  /** Whether the id belongs to one event alone, so that whoever repeats it repeats the event. */
  dedupByDefault: boolean;
  handshake: HandshakeName | null;
  /** What it has to be answered, other than the usual document; null: nothing particular. */
  success: Success | null;
  /** null: not published. */
  answerWithinSeconds: number | null;
  /** The URL is part of what is signed. */
  needsPublicUrl: boolean;
  quirks: string[];
  /** What says that it is so: signatures of the sender's own library, a published example, its documentation. */
  evidence: 'sdk' | 'published_vector' | 'documentation';
}

type Usual = 'toleranceSeconds' | 'eventId' | 'eventType' | 'dedupByDefault' | 'handshake' | 'success';
type Optional = Usual | 'answerWithinSeconds' | 'needsPublicUrl' | 'quirks' | 'evidence';

const DEFAULT_TOLERANCE_SECONDS = 300;

/** Fills in what is usual. An id is that of one event unless it is said not to be. */
export function preset(data: Omit<Preset, Optional> & Partial<Pick<Preset, Optional>>): Preset {
  const { scheme, eventId = null } = data;
  return {
    toleranceSeconds: typeof scheme === 'string' ? null : toleranceOf(scheme),
    eventId,
    eventType: null,
    dedupByDefault: eventId !== null,
    handshake: null,
    success: null,
    answerWithinSeconds: null,
    needsPublicUrl: typeof scheme === 'object' && /\{url[:}]/.test(scheme.payload ?? ''),
    quirks: [],
    evidence: 'documentation',
    ...data,
  };
}

function toleranceOf(scheme: SignatureDescription): number | null {
  const { timestampHeader, timestampKey, timestampPath, toleranceSeconds } = scheme;
  if ((timestampHeader ?? timestampKey ?? timestampPath) === undefined) return null;
  return toleranceSeconds === undefined ? DEFAULT_TOLERANCE_SECONDS : toleranceSeconds;
}
