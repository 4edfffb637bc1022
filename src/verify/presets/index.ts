import type { ProviderName } from '../../domain/providers.ts';
import { BODY_DIGESTS } from './body-digests.ts';
import { PARTICULAR } from './particular.ts';
import type { Preset } from './preset.ts';
import { STANDARD_WEBHOOKS } from './standard-webhooks.ts';
import { TIMESTAMPED } from './timestamped.ts';

export type { CodedScheme, Preset } from './preset.ts';

/** Every sender that is known by name, and nothing that is not one. */
export const PRESETS: Record<ProviderName, Preset> = {
  ...BODY_DIGESTS,
  ...TIMESTAMPED,
  ...STANDARD_WEBHOOKS,
  ...PARTICULAR,
};
