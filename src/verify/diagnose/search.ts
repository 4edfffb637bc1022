import type { Finding } from '../../domain/diagnosis.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import { bodyForms } from './bodies.ts';
import { type DiagnosisInput, isPublicKey, signatureHeader, verifiedBy, verifierOf } from './context.ts';
import { fits, secretFindings, signatureFindings } from './differences.ts';
import { type Key, otherKeys, plainKeys } from './keys.ts';
import { type Presented, presentedSignatures } from './presented.ts';
import { type Match, type Probe, probe, signaturesOf } from './probe.ts';
import { sentAt, timeFinding } from './sent-at.ts';
import { urlForms } from './urls.ts';

type Algorithm = Probe['algorithm'];

/** Signatures, secrets and the time of a request under one description, and ways to try what would match. */
export class SignatureSearch {
  readonly #input: DiagnosisInput;
  readonly #description: SignatureDescription;
  readonly #timestamp: string | null;
  readonly #plain: Key[];
  readonly signatures: Presented[];
  /** Whether the header is there where a signature is expected. */
  readonly isThere: boolean;

  constructor(input: DiagnosisInput, description: SignatureDescription) {
    const { request, auth } = input;
    this.#input = input;
    this.#description = description;
    this.#timestamp = sentAt(description, request);
    this.#plain = plainKeys(description, auth.secrets);
    const expected = signatureHeader(description);
    this.signatures = presentedSignatures(request.headers, request.url, expected);
    this.isThere = Object.keys(request.headers).some((name) => fits(expected, name));
  }

  /** With other secrets, in other forms, with another hash, written otherwise, or elsewhere. */
  *asItCame(): Generator<number, Finding[] | null, undefined> {
    const { auth } = this.#input;
    for (const keys of [this.#plain, otherKeys(this.#description, auth.secrets)]) {
      for (const algorithm of this.#algorithms()) {
        const match = yield* this.#try({ algorithm, keys });
        if (match === null) continue;
        const findings = this.#explain(match, algorithm, []);
        return findings.length > 0 ? findings : [this.#unexplained(match)];
      }
    }
    return null;
  }

  *withOtherUrl(): Generator<number, Finding[] | null, undefined> {
    const { request } = this.#input;
    if (!/\{url[:}]/.test(this.#description.payload ?? '')) return null;
    for (const { url, form } of urlForms(request)) {
      const algorithm = this.#algorithm;
      const match = yield* this.#try({ algorithm, keys: this.#plain, request: { ...request, url } });
      if (match !== null) return this.#explain(match, algorithm, [urlFinding(form)]);
    }
    return null;
  }

  *withOtherBody(): Generator<number, Finding[] | null, undefined> {
    const { request } = this.#input;
    if (this.signatures.length === 0 || this.#plain.length === 0) return null;
    for (const step of bodyForms(request.rawBody)) {
      if (typeof step === 'number') {
        yield step;
        continue;
      }
      const rawBody = step.body;
      for (const algorithm of this.#algorithms()) {
        const match = yield* this.#try({ algorithm, keys: this.#plain, request: { ...request, rawBody } });
        if (match !== null) return this.#explain(match, algorithm, [bodyFinding(step.form)]);
      }
    }
    return null;
  }

  *withOtherPayload(): Generator<number, Finding[] | null, undefined> {
    const configured = this.#description.payload ?? '{body}';
    for (const payload of PAYLOADS) {
      if (payload === configured) continue;
      for (const timestamp of payload.includes('{timestamp}') ? this.#timestamps() : [null]) {
        for (const algorithm of this.#algorithms()) {
          const match = yield* this.#try({ algorithm, keys: this.#plain, payload, timestamp });
          if (match !== null) return this.#explain(match, algorithm, [payloadFinding(payload)]);
        }
      }
    }
    return null;
  }

  get #algorithm(): Algorithm {
    return this.#description.algorithm ?? 'sha256';
  }

  /** The configured one, and those that make signatures as long as one that is there. */
  #algorithms(): Algorithm[] {
    const own = this.#algorithm;
    if (isPublicKey(this.#description)) return [own];
    const others = HASHES.filter((hash) => hash !== own && signaturesOf(hash, this.signatures).length > 0);
    return [own, ...others];
  }

  *#try(
    tried: Pick<Probe, 'algorithm' | 'keys'> & Partial<Probe>,
  ): Generator<number, Match | null, undefined> {
    const payload = tried.payload ?? this.#description.payload ?? '{body}';
    const timestamp = tried.timestamp ?? this.#timestamp;
    if (payload.includes('{timestamp}') && timestamp === null) return null;
    const { signatures } = this;
    return yield* probe({ request: this.#input.request, ...tried, signatures, payload, timestamp });
  }

  #explain(match: Match, algorithm: Algorithm, first: Finding[]): Finding[] {
    const { nowMs } = this.#input.request;
    const time = this.#timestamp === null ? null : timeFinding(this.#description, this.#timestamp, nowMs);
    return [
      ...first,
      ...secretFindings(match.key, nowMs),
      ...signatureFindings(this.#description, match, algorithm),
      ...(time === null ? [] : [time]),
    ];
  }

  /** Everything fits, and yet it was refused. */
  #unexplained({ key, signature }: Match): Finding {
    const { auth, request } = this.#input;
    if (verifiedBy(verifierOf(auth, auth.secrets), request) !== -1) return verifiesNow(key.secret.id);
    return {
      code: 'malformed_header',
      proven: true,
      header: signature.header,
      detail: `The signature is right, but ${signature.header} has more in it than the signature, or comes more than once.`,
    };
  }

  /** Whatever may be the time that was signed. */
  #timestamps(): (string | null)[] {
    const { headers } = this.#input.request;
    const named = Object.keys(headers).filter((name) => /timestamp|[-_]time$|[-_]date$/.test(name));
    const values = named.slice(0, 2).map((name) => headers[name]);
    const found = [this.#timestamp, ...values].filter((value): value is string => typeof value === 'string');
    return [...new Set(found)].filter((value) => value.length <= 40);
  }
}

const HASHES: Algorithm[] = ['sha256', 'sha1', 'sha512'];

/** What senders commonly sign. */
const PAYLOADS = [
  '{body}',
  '{timestamp}.{body}',
  '{timestamp}{body}',
  '{timestamp}:{body}',
  'v0:{timestamp}:{body}',
  '{body}{timestamp}',
  '{url}{body}',
  '{body}{url}',
  '{method}{url}{body}',
];

export const verifiesNow = (secretId: string): Finding => ({
  code: 'verifies_now',
  proven: true,
  secretId,
  detail:
    'The request would be accepted now: the secret was added, or the webhook was changed, after it was refused.',
});

export const urlFinding = (form: string): Finding => ({
  code: 'url_mismatch',
  proven: true,
  detail: `The signature is right for the URL ${form}. Set publicUrl of the webhook to what was entered at the sender, or enter there what is shown here.`,
});

const bodyFinding = (form: string): Finding => ({
  code: 'body_reserialized',
  proven: true,
  detail: `The signature is right for the body ${form}: what was signed is not what arrived. Something between the sender and this service, or the sender itself after it had signed, wrote the body anew. Have it passed on byte for byte.`,
});

const payloadFinding = (payload: string): Finding => ({
  code: 'other_payload',
  proven: true,
  detail: `The signature is right for ${payload}, and expected for something else. Set payload of the description to that.`,
});
