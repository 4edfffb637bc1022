import type { VerifySecret } from '../candidates.ts';
import type { CodedScheme } from '../presets/preset.ts';
import type { VerifyRequest } from '../request.ts';
import type { Verdict } from '../verdict.ts';
import { compileAdyen } from './adyen.ts';
import { compileAwsSns, type FetchCertificate } from './aws-sns.ts';
import { compileTwilio } from './twilio.ts';

export type { FetchCertificate };

export function compileCoded(
  scheme: CodedScheme,
  secrets: readonly VerifySecret[],
  fetchCertificate: FetchCertificate,
): (request: VerifyRequest) => Verdict | Promise<Verdict> {
  switch (scheme) {
    case 'twilio':
      return compileTwilio(secrets);
    case 'adyen_standard':
      return compileAdyen(secrets);
    case 'aws_sns':
      return compileAwsSns(secrets, fetchCertificate);
  }
}
