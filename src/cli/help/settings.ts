import { SETTINGS, type Setting, type SettingName } from '../../config/settings.ts';
import { EXCHANGES } from '../../exchanges/exchanges.ts';
import type { CommandDefinition, SettingGroup } from '../command.ts';
import { describe, type Row } from './rows.ts';

const PROXIES: readonly SettingName[] = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];

const GROUPS: Readonly<Record<SettingGroup, readonly SettingName[]>> = {
  all: Object.keys(SETTINGS) as SettingName[],
  address: ['HOST', 'PORT'],
  store: ['SOURCE', 'DATA_DIR', 'REDIS_URL', 'KEY_PREFIX'],
  proxy: PROXIES,
  source: [
    ...PROXIES,
    'SENTICRYPT_URL',
    ...EXCHANGES.map(({ setting }) => setting),
    'FEAR_GREED_URL',
    'NEWS_FEEDS',
    'SENTIMENT_HALF_LIFE',
  ],
};

/** Long lists have one part per line. */
function row(name: SettingName): Row {
  const { meaning, fallback }: Setting<unknown> = SETTINGS[name];
  if (!fallback?.includes(',')) return [name, describe(meaning, { fallback })];
  return [name, `${meaning}; default:\n${fallback.replaceAll(',', ',\n')}`];
}

/** The settings that a command reads, each with its meaning and default. */
export const settingRows = ({ settings }: CommandDefinition): Row[] =>
  settings
    .flatMap((name) => (Object.hasOwn(GROUPS, name) ? GROUPS[name as SettingGroup] : [name as SettingName]))
    .map(row);
